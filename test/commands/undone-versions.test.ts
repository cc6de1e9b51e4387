import { expect, test } from "vitest";
import { insertPipelineVersions } from "../../src/core/store/pipelines.ts";
import { stages, version } from "./definitions.ts";
import { harness } from "./harness.ts";

const withBuild = (name: string) => version(stages({ S: "s", B: name }));

test("a version that was read before its transaction was undone isn't taken for the next of that number", async () => {
  const core = await harness();
  try {
    await core.commands.createPipeline(core.scope, withBuild("first"), {}, []);
    const { id } = await core.store.read.selectFrom("pipeline").select("id").executeTakeFirstOrThrow();
    const buildsOf = async (db: typeof core.store.read) => {
      const { stages } = await core.commands.definition(db, id, 2);
      return stages[1]?.actions.map(({ name }) => name);
    };
    const undone = core.store.transaction(async (tx) => {
      const definition = JSON.stringify({ ...withBuild("undone").definition, version: 2 });
      await insertPipelineVersions(tx, [{ pipeline_id: id, version: 2, declaration: "{}", definition }]);
      expect(await buildsOf(tx)).toEqual(["undone"]);
      throw new Error("the disk is full");
    });
    await expect(undone).rejects.toThrow("the disk is full");
    await core.commands.updatePipeline(core.scope, "p", () => withBuild("second"));
    expect(await buildsOf(core.store.read)).toEqual(["second"]);
  } finally {
    await core.close();
  }
});
