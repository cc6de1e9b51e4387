/** A customer's job worker, as one would be written with the SDK, that outlives the servers it works for. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  AcknowledgeJobCommand,
  type ActionTypeId,
  InvalidNonceException,
  type Job,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import type { Ledger } from "./ledger.ts";
import type { MortalServer } from "./mortal-server.ts";
import type { Chance } from "./random.ts";

const POLL_EVERY_MS = 15;

/** Works until the signal is aborted; every fourth job takes two rounds, by a continuation token (E3.12). */
export async function workOn(
  type: ActionTypeId,
  {
    server,
    ledger,
    chance,
    signal,
  }: { server: MortalServer; ledger: Ledger; chance: Chance; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const { jobs = [] } = await server.insist(({ codepipeline }) =>
      codepipeline.send(new PollForJobsCommand({ actionTypeId: type, maxBatchSize: 3 })),
    );
    for (const job of jobs) ledger.handedOut(job);
    await Promise.all(jobs.map(work));
    if (jobs.length === 0) await sleep(POLL_EVERY_MS);
  }

  async function work(job: Job): Promise<void> {
    const mine = await server
      .insist(({ codepipeline }) =>
        codepipeline.send(new AcknowledgeJobCommand({ jobId: job.id, nonce: job.nonce })),
      )
      .catch(unlessGone);
    if (mine === undefined) return;
    const again = job.data?.continuationToken === undefined && chance.between(1, 4) === 1;
    await server.insist(({ codepipeline }) =>
      codepipeline.send(
        new PutJobSuccessResultCommand({ jobId: job.id, ...(again && { continuationToken: "half way" }) }),
      ),
    );
    if (again) ledger.continued(job);
    else ledger.succeeded(job);
  }
}

/** A job that wasn't acknowledged in time comes again with another nonce (E3.10). */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof InvalidNonceException)) throw error;
}
