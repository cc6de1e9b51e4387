/** What the pipe costs: authenticate, decode, validate, authorise, look up, encode. */
import { Api, CODEPIPELINE } from "../support/api.ts";
import { startEcho } from "../support/echo-process.ts";
import { loadRig } from "../support/load.ts";
import { whole } from "../support/numbers.ts";
import { chain, createTypes } from "../support/pipelines.ts";
import { inTurns } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server-process.ts";
import { createSigner } from "../support/signer.ts";

const LEAST = 0.3;
const name = "pipeline";

export const getPipeline: Row = {
  name: "get-pipeline",
  what: "signed GetPipeline, one process, against a bare node:http echo of the same answer",
  budget: `≥ ${LEAST.toFixed(2)} of its requests/s`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    const api = await Api.open(server);
    await createTypes(api, "Bench");
    await api.call("CreatePipeline", { pipeline: chain(name, "Bench", 10) });
    const answer = await api.call("GetPipeline", { name });
    api.close();
    const sign = createSigner(server);
    const load = {
      connections: 32,
      requestsPerRound: 1_000,
      request: () => sign(`${CODEPIPELINE}.GetPipeline`, { name }),
    };
    const rigs = [
      await loadRig({ ...load, url: server.url }),
      await loadRig({ ...load, url: await startEcho(stack, JSON.stringify(answer)) }),
    ];
    const [rate = 0, echo = 0] = await inTurns(rigs, { rounds: 20, warmUp: 5 });
    const ratio = rate / echo;
    return { measured: `${whole(rate)}/s`, baseline: `${whole(echo)}/s`, ratio, holds: ratio >= LEAST };
  },
};
