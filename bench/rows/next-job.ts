/** How soon the worker that waits for it has the job that follows from a result. */
import { setTimeout as sleep } from "node:timers/promises";
import { Api, WORKER } from "../support/api.ts";
import { keepBusy } from "../support/busy.ts";
import { Connection } from "../support/connection.ts";
import { startEcho } from "../support/echo-process.ts";
import { quantile } from "../support/numbers.ts";
import { chain, createTypes, customTypes, LAST } from "../support/pipelines.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server-process.ts";
import { createSigner } from "../support/signer.ts";

const BUSY_PIPELINES = 999;
/** Job cycles a second that the other pipelines go through meanwhile. */
const BUSY_CYCLES = 100;
const SAMPLES = 300;
const ACTIONS = 50;
const name = "probe";

export const nextJob: Row = {
  name: "next-job",
  what: `PutJobSuccessResult answered → next job in a waiting worker's hands, 1,000 pipelines in progress, ${BUSY_CYCLES} job cycles/s among them; against an echo's round trip`,
  budget: "p50 ≤ 5 ms, p99 < 10 ms",

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    await using busy = await keepBusy(server, BUSY_PIPELINES, BUSY_CYCLES);
    const api = await Api.open(server);
    const waiting = await Api.open(server);
    const echo = await Connection.open(await startEcho(stack, "{}"));
    const echoRequest = createSigner(server)("Echo", {});
    await createTypes(api, "Probe");
    await api.call("CreatePipeline", { pipeline: chain(name, "Probe", ACTIONS) });

    const { source, test } = customTypes("Probe");
    const poll = { workerId: "bench", actionTypeIds: [test, source], maxBatchSize: 1, waitSeconds: 20 };
    const next = () => waiting.call<{ jobs: readonly WaitedFor[] }>("PollForBuiltInJobs", poll, WORKER);
    const delays: number[] = [];
    const roundTrips: number[] = [];
    let [job] = (await next()).jobs;
    while (delays.length < SAMPLES) {
      if (job === undefined) throw new Error("no job came within 20 s");
      await api.call("AcknowledgeJob", { jobId: job.id, nonce: job.nonce });
      const arrival = next().then(({ jobs }) => ({ jobs, at: performance.now() }));
      // Until the worker waits indeed; its question is answered meanwhile that there is nothing.
      await sleep(5);
      await api.call("PutJobSuccessResult", { jobId: job.id });
      const answered = performance.now();
      if (job.pipeline.action === LAST) await api.call("StartPipelineExecution", { name });
      const { jobs, at } = await arrival;
      if (job.pipeline.action !== LAST) delays.push(Math.max(0, at - answered));
      [job] = jobs;
      const sent = performance.now();
      await echo.send(echoRequest);
      roundTrips.push(performance.now() - sent);
    }
    for (const each of [api, waiting, echo]) each.close();
    busy.check();

    const p50 = quantile(delays, 0.5);
    const p99 = quantile(delays, 0.99);
    const roundTrip = quantile(roundTrips, 0.5);
    return {
      measured: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      baseline: `p50 ${roundTrip.toFixed(2)} ms, p99 ${quantile(roundTrips, 0.99).toFixed(2)} ms`,
      ratio: p50 / roundTrip,
      holds: p50 <= 5 && p99 < 10,
    };
  },
};

interface WaitedFor {
  readonly id: string;
  readonly nonce: string;
  readonly pipeline: { readonly action: string };
}
