/** The worker that waits for what a change starts. */
import { type Api, WORKER } from "./api.ts";

/** Makes that worker known: without one that has git, no pipeline may have such a source. */
export async function announce(api: Api): Promise<void> {
  await api.call("RegisterWorker", { workerId: "bench", version: "bench", capabilities: ["git"] }, WORKER);
}

/** Waits for a job of the type and acknowledges it. @param what should have started it @returns its id */
export async function acknowledged(api: Api, type: object, what: string): Promise<string> {
  const poll = { workerId: "bench", actionTypeIds: [type], maxBatchSize: 1, waitSeconds: 20 };
  const { jobs } = await api.call<{ jobs: readonly { id: string; nonce: string }[] }>(
    "PollForBuiltInJobs",
    poll,
    WORKER,
  );
  const [job] = jobs;
  if (job === undefined) throw new Error(`the ${what} started no pipeline within 20 s`);
  await api.call("AcknowledgeJob", { jobId: job.id, nonce: job.nonce });
  return job.id;
}

/** The rest of the execution isn't measured. */
export async function giveUp(api: Api, jobId: string): Promise<void> {
  const failureDetails = { type: "JobFailed", message: "measured" };
  await api.call("PutJobFailureResult", { jobId, failureDetails });
}
