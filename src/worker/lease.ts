/** Keeps a job's lease (P0.12) and learns by it that the job is no longer wanted (P0.13). */
import { type JobClient, JobRefusedError } from "./protocol.ts";

/** Sooner than the 20 s that the lease needs, so that a stopped action's work ends within seconds. */
const RENEW_MS = 5_000;
/** How long a lease lasts after its last renewal. */
const LEASE_MS = 60_000;

export interface Lease {
  /** Asks now: something hints that the job is over. */
  check(): Promise<void>;
  release(): void;
}

/** @param onEnd called once, with the reason, when the job was cancelled, refused, or its lease has run out */
export function keepLease(
  client: Pick<JobClient, "extendLease">,
  jobId: string,
  onEnd: (reason: string) => void,
  now: () => number,
): Lease {
  let renewedAt = now();
  let ended = false;
  let asking: Promise<void> | undefined;

  const end = (reason: string) => {
    clearInterval(timer);
    if (!ended) {
      ended = true;
      onEnd(reason);
    }
  };
  const ask = async () => {
    const askedAt = now();
    try {
      const { verdict, reason } = await client.extendLease(jobId);
      renewedAt = askedAt;
      if (verdict === "cancel") {
        end(reason ?? "The action is no longer in progress");
      }
    } catch (error) {
      if (error instanceof JobRefusedError) {
        end(error.message);
      } else if (now() - renewedAt >= LEASE_MS) {
        end("The lease ran out: the server could not be reached");
      }
    }
  };
  const check = () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const timer = setInterval(check, RENEW_MS);

  return { check, release: () => clearInterval(timer) };
}
