import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttpJobClient, type HttpJobClient, JobRefusedError } from "../../../src/worker/index.ts";
import { s3Deploy } from "../../../src/worker/providers/s3-deploy/provider.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";

function clientOf(host: Pick<TestHost, "url" | "credentials">): HttpJobClient {
  const client = createHttpJobClient({
    endpoint: host.url,
    region: scope.region,
    credentials: async () => host.credentials,
  });
  onTestFinished(() => client.close());
  return client;
}

const request = {
  workerId: "worker",
  actionTypeIds: [s3Deploy.declaration.id],
  maxBatchSize: 1,
  waitSeconds: 1,
};
const unknownJob = "0d3f2f0e-4a9b-4a57-8d51-0c8cbe0e0001";

function refusal(result: PromiseSettledResult<unknown>): string {
  if (result.status === "fulfilled") return "answered";
  return result.reason instanceof JobRefusedError ? "refused" : "failed";
}

describe("P0.5 the job protocol over HTTP", () => {
  it("announces the worker and polls, with an empty answer when there is nothing to do", async () => {
    const client = clientOf(await testHost());
    await client.register({ workerId: "worker", version: "0.0.0", capabilities: ["git"] });
    expect(await client.poll(request, new AbortController().signal)).toEqual([]);
  });

  it("ends a poll at once when it is told to", async () => {
    const client = clientOf(await testHost());
    const stop = new AbortController();
    const started = Date.now();
    const poll = client.poll({ ...request, waitSeconds: 20 }, stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(poll).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  it("tells a refusal from a failure: a job that isn't there", async () => {
    const client = clientOf(await testHost());
    const calls = [
      client.acknowledge(unknownJob, "1"),
      client.refresh(unknownJob),
      client.park(unknownJob),
      client.succeed(unknownJob, { summary: "done" }),
      client.fail(unknownJob, { type: "JobFailed", message: "no" }),
      client.appendLog(unknownJob, unknownJob, [{ seq: 1, time: 0, stream: "stdout", text: "x" }]),
    ];
    expect((await Promise.allSettled(calls)).map(refusal)).toEqual(calls.map(() => "refused"));
  });

  it("tells a refusal from a failure: wrong credentials", async () => {
    const { url, credentials } = await testHost();
    const client = clientOf({ url, credentials: { ...credentials, secretAccessKey: "wrong" } });
    const calls = [client.extendLease(unknownJob), client.acknowledge(unknownJob, "1")];
    expect((await Promise.allSettled(calls)).map(refusal)).toEqual(calls.map(() => "refused"));
  });

  it("lets failures of the server and the network be tried again", async () => {
    const { credentials } = await testHost();
    const failing = createServer((_request, response) => response.writeHead(503).end("busy"));
    await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
    const busy = clientOf({ url, credentials });
    await expect(busy.extendLease(unknownJob)).rejects.not.toBeInstanceOf(JobRefusedError);
    await expect(busy.succeed(unknownJob, {})).rejects.not.toBeInstanceOf(JobRefusedError);
    await new Promise((resolve) => failing.close(resolve));
    await expect(busy.extendLease(unknownJob)).rejects.not.toBeInstanceOf(JobRefusedError);
  });
});
