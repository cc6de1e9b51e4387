/** A page's cost must not grow with what lies behind it. */
import { openStore } from "../../src/core/store/open.ts";
import { answerRig, callTime } from "../support/answer-time.ts";
import { Api } from "../support/api.ts";
import { copyPipeline } from "../support/copied-pipelines.ts";
import { duration } from "../support/numbers.ts";
import { chain, createTypes } from "../support/pipelines.ts";
import { inTurns } from "../support/rig.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server-process.ts";

const [FEW, MANY] = [100, 10_000];
const MOST = 2;

export const listPipelines: Row = {
  name: "list-pipelines",
  what: "ListPipelines, a page of 50 of 10,000 pipelines, against one of 100",
  budget: `≤ ${MOST} ×`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    const api = await Api.open(server);
    await createTypes(api, "Bench");
    await api.call("CreatePipeline", { pipeline: chain("pipeline", "Bench", 10) });
    api.close();
    const store = await openStore({ dataDir: server.dataDir });
    await copyPipeline(store, "pipeline", FEW, "few-region-1");
    await copyPipeline(store, "pipeline", MANY, "many-region-1");
    await store.close();
    const page = async (region: string) =>
      answerRig(await Api.open({ ...server, region }), "ListPipelines", { maxResults: 50 });
    const rigs = [await page("few-region-1"), await page("many-region-1")];
    const [few = 0, many = 0] = (await inTurns(rigs, { rounds: 30, warmUp: 10 })).map(callTime);
    const ratio = many / few;
    return { measured: duration(many), baseline: duration(few), ratio, holds: ratio <= MOST };
  },
};
