/** What job workers do all day: poll, acknowledge, report. */
import { Api } from "../support/api.ts";
import { startEcho } from "../support/echo-process.ts";
import { jobCyclesRig } from "../support/job-cycles-rig.ts";
import { loadRig } from "../support/load.ts";
import { whole } from "../support/numbers.ts";
import { createTypes } from "../support/pipelines.ts";
import { inTurns } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server-process.ts";
import { createSigner } from "../support/signer.ts";

const WORKERS = 64;
const LEAST = 3_000;

export const jobCycles: Row = {
  name: "job-cycles",
  what: `whole job cycles (poll, acknowledge, result), signed, over HTTP, ${WORKERS} workers, one server process, against a third of a bare echo's requests`,
  budget: `≥ ${whole(LEAST)}/s`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    const api = await Api.open(server);
    await createTypes(api, "Bench");
    const cycles = await jobCyclesRig(server, api, {
      provider: "Bench",
      workers: WORKERS,
      cyclesPerRound: 500,
    });
    const sign = createSigner(server);
    const echo = await loadRig({
      url: await startEcho(stack, "{}"),
      connections: WORKERS,
      requestsPerRound: 1_500,
      request: () => sign("Echo", {}),
    });
    const [rate = 0, requests = 0] = await inTurns([cycles, echo], { rounds: 15, warmUp: 4 });
    const bare = requests / 3;
    return {
      measured: `${whole(rate)}/s`,
      baseline: `${whole(bare)}/s`,
      ratio: rate / bare,
      holds: rate >= LEAST,
    };
  },
};
