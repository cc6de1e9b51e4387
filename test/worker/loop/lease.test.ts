import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepLease } from "../../../src/worker/lease.ts";
import { JobRefusedError, type LeaseVerdict } from "../../../src/worker/protocol.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function leaseOf(extendLease: () => Promise<LeaseVerdict>) {
  const ends: string[] = [];
  const lease = keepLease({ extendLease }, "job", (reason) => ends.push(reason), Date.now);
  return { lease, ends };
}

const goOn = async () => ({ leaseSeconds: 60, verdict: "continue" }) as const;

describe("P0.12 keeping a lease", () => {
  it("renews it every 20 s or sooner, until it is released", async () => {
    const extend = vi.fn(goOn);
    const { lease, ends } = leaseOf(extend);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(extend.mock.calls.length).toBeGreaterThanOrEqual(6);
    lease.release();
    const renewals = extend.mock.calls.length;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(extend).toHaveBeenCalledTimes(renewals);
    expect(ends).toEqual([]);
  });

  it("P0.13 ends once with the verdict's reason, within 10 s", async () => {
    const { lease, ends } = leaseOf(async () => ({ leaseSeconds: 60, verdict: "cancel", reason: "stopped" }));
    await vi.advanceTimersByTimeAsync(10_000);
    await lease.check();
    expect(ends).toEqual(["stopped"]);
  });

  it("ends when the server says that the job isn't ours any more", async () => {
    const { lease, ends } = leaseOf(async () => {
      throw new JobRefusedError("JobNotFoundException", "no such job");
    });
    await lease.check();
    expect(ends).toEqual(["no such job"]);
  });

  it("holds out while the server can't be reached, up to the lease's 60 s", async () => {
    let reachable = false;
    const { ends } = leaseOf(async () => {
      if (!reachable) throw new Error("connection refused");
      return await goOn();
    });
    await vi.advanceTimersByTimeAsync(50_000);
    reachable = true;
    await vi.advanceTimersByTimeAsync(10_000);
    reachable = false;
    await vi.advanceTimersByTimeAsync(50_000);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(ends).toEqual(["The lease ran out: the server could not be reached"]);
  });
});
