import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepPastActions } from "../../src/core/store/action-history.ts";
import {
  type HistoryPage,
  type HistoryPosition,
  newestActionExecutions,
  newestAttemptsOf,
} from "../../src/core/store/queries/action-executions.ts";
import { newestExecutions } from "../../src/core/store/queries/executions.ts";
import { countPollingPipelines } from "../../src/core/store/queries/pipelines.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

/** execution, action, attempt, start, id: several start in one millisecond. */
const ACTIONS = [
  ["e1", "a", 1, 10, "id-1"],
  ["e1", "b", 1, 20, "id-3"],
  ["e1", "c", 1, 20, "id-2"],
  ["e1", "b", 2, 20, "id-4"],
  ["e5", "a", 1, 30, "id-5"],
] as const;
const NEWEST_FIRST = ["id-5", "id-4", "id-2", "id-3", "id-1"];

let store: Store;
beforeAll(async () => {
  store = await emptyStore();
  await store.transaction(async (tx) => {
    for (const [execution_id, action, attempt, started, id] of ACTIONS) {
      await tx
        .insertInto("action_execution")
        .values({
          ...{ id, execution_id, action, attempt, started, pipeline_id: "p", version: 1, stage: "s" },
          ...{ status: "Succeeded", updated: started, input: "{}", output: "{}" },
        })
        .execute();
    }
    for (let seq = 1; seq <= 5; seq++) {
      await tx
        .insertInto("execution")
        .values({
          ...{ id: `e${seq}`, pipeline_id: "p", seq, version: 1, mode: "SUPERSEDED", type: "STANDARD" },
          ...{
            status: "Failed",
            live: seq === 5 ? 1 : 0,
            contending: 0,
            started: seq * 10,
            updated: seq * 10,
            state: "{}",
          },
        })
        .execute();
      // The last is live.
      if (seq < 5) await keepPastActions(tx, `e${seq}`);
    }
  });
});
afterAll(() => store.close());

const actions = async (page: Partial<HistoryPage> = {}) =>
  newestActionExecutions(store.read, { pipelineId: "p", after: undefined, since: 0, limit: 100, ...page });
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

describe("the action history (api.md §3)", () => {
  it("goes by start and attempt, the newest first, then by id", async () => {
    expect(ids(await actions())).toEqual(NEWEST_FIRST);
  });

  it.each([1, 2, 3])(
    "comes in pages of %i without gap or repeat, also within one millisecond",
    async (limit) => {
      const found: string[] = [];
      let after: HistoryPosition | undefined;
      for (;;) {
        const rows = await actions({ after, limit });
        const last = rows.at(-1);
        if (last === undefined) break;
        found.push(...ids(rows));
        after = [last.started, last.attempt, last.id];
      }
      expect(found).toEqual(NEWEST_FIRST);
    },
  );

  it("tells the actions of an execution once that ended and was revived", async () => {
    await store.transaction((tx) => keepPastActions(tx, "e5"));
    expect(ids(await actions())).toEqual(NEWEST_FIRST);
    expect(ids(await actions({ limit: 2 }))).toEqual(NEWEST_FIRST.slice(0, 2));
  });

  it("is that of one execution, or only the newest attempt of each action in it", async () => {
    expect(ids(await actions({ executionId: "e1" }))).toEqual(["id-4", "id-2", "id-3", "id-1"]);
    expect(ids(await actions({ executionId: "e1", latestOnly: true }))).toEqual(["id-4", "id-2", "id-1"]);
    expect(ids(await newestAttemptsOf(store.read, ["e1", "e5"])).sort()).toEqual([
      "id-1",
      "id-2",
      "id-4",
      "id-5",
    ]);
    expect(await newestAttemptsOf(store.read, [])).toEqual([]);
  });

  it("reaches back to a time, and to other pipelines never", async () => {
    expect(ids(await actions({ since: 20 }))).toEqual(["id-5", "id-4", "id-2", "id-3"]);
    expect(await actions({ pipelineId: "q" })).toEqual([]);
  });
});

describe("executions (api.md §3)", () => {
  it("come newest first, from a position on, back to a time", async () => {
    const page = { pipelineId: "p", since: 20, limit: 2 };
    expect(ids(await newestExecutions(store.read, { ...page, beforeSeq: undefined }))).toEqual(["e5", "e4"]);
    expect(ids(await newestExecutions(store.read, { ...page, beforeSeq: 4 }))).toEqual(["e3", "e2"]);
    expect(ids(await newestExecutions(store.read, { ...page, beforeSeq: 2 }))).toEqual([]);
  });
});

describe("§8 pipelines that poll", () => {
  it("are counted once each, in their scope, without the one asked about", async () => {
    const scope = { account: "a", region: "r" };
    await store.transaction(async (tx) => {
      for (const name of ["one", "two", "quiet"]) {
        await tx
          .insertInto("pipeline")
          .values({ id: name, ...scope, name, version: 1, created: 0, updated: 0, state: "{}" })
          .execute();
        for (const action of ["x", "y"]) {
          const polls = name === "quiet" ? 0 : 1;
          await tx
            .insertInto("source_binding")
            .values({ pipeline_id: name, ...scope, action, provider: "S3", container: "b", item: "k", polls })
            .execute();
        }
      }
    });
    expect(await countPollingPipelines(store.read, scope, "three")).toBe(2);
    expect(await countPollingPipelines(store.read, scope, "one")).toBe(1);
    expect(await countPollingPipelines(store.read, { ...scope, region: "other" }, "")).toBe(0);
  });
});
