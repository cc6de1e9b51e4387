/** A page's cost must not grow with the history. */
import { openStore } from "../../src/core/store/open.ts";
import { answerRig, callTime } from "../support/answer-time.ts";
import { Api } from "../support/api.ts";
import { copyActionExecutions } from "../support/copied-pipelines.ts";
import { duration } from "../support/numbers.ts";
import { chain, createTypes } from "../support/pipelines.ts";
import { inTurns } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server-process.ts";

const [FEW, MANY] = [100, 1_000_000];
const MOST = 2;

export const listActionExecutions: Row = {
  name: "list-action-executions",
  what: "ListActionExecutions, a page of 50 of 1,000,000 rows, against one of 100",
  budget: `≤ ${MOST} ×`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    const api = await Api.open(server);
    await createTypes(api, "Bench");
    for (const name of ["few", "many"])
      await api.call("CreatePipeline", { pipeline: chain(name, "Bench", 10) });
    api.close();
    const store = await openStore({ dataDir: server.dataDir });
    await copyActionExecutions(store, "few", FEW);
    await copyActionExecutions(store, "many", MANY);
    await store.close();
    const page = async (pipelineName: string) =>
      answerRig(await Api.open(server), "ListActionExecutions", { pipelineName, maxResults: 50 });
    const rigs = [await page("few"), await page("many")];
    const [few = 0, many = 0] = (await inTurns(rigs, { rounds: 30, warmUp: 10 })).map(callTime);
    const ratio = many / few;
    return { measured: duration(many), baseline: duration(few), ratio, holds: ratio <= MOST };
  },
};
