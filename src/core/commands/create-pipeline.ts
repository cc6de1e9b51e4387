import { newPipelineState } from "../engine/index.ts";
import { pipelineArn } from "../pipeline-arn.ts";
import type { Scope } from "../scope.ts";
import { countPipelines, insertPipeline } from "../store/pipelines.ts";
import { mergeTags } from "../store/queries/tags.ts";
import type { Store } from "../store/store.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import type { Room } from "./room.ts";
import { runIn } from "./run-on.ts";
import { type Commands, type NewVersion, PipelineNotStoredError } from "./types.ts";
import { writeVersion } from "./write-version.ts";

export function createPipelineCommand(store: Store, room: Room): Commands["createPipeline"] {
  return (scope, version, tags, starts) =>
    store.transaction(async (tx) => {
      if ((await countPipelines(tx, scope)) >= room.maxPipelines) {
        throw new PipelineNotStoredError(
          "tooManyPipelines",
          `account ${scope.account} has ${room.maxPipelines} pipelines in ${scope.region}, the most it may have. Delete one first.`,
        );
      }
      const pipeline = newRow(room, scope, version);
      if (!(await insertPipeline(tx, pipeline))) {
        throw new PipelineNotStoredError("nameInUse", `there is a pipeline named ${version.name} already`);
      }
      await writeVersion(tx, pipeline, 1, version);
      await mergeTags(tx, pipelineArn(scope, version.name), tags);
      for (const trigger of starts) {
        await runIn(tx, room, pipeline.id, {
          type: "start",
          trigger,
          variables: {},
          revisions: {},
          origin: "trigger",
        });
      }
      return { version: 1 };
    });
}

function newRow(room: Room, { account, region }: Scope, { name, definition }: NewVersion): PipelineRow {
  const now = room.ambient.now();
  return {
    id: room.ambient.newId(),
    account,
    region,
    name,
    version: 1,
    created: now,
    updated: now,
    state: JSON.stringify(newPipelineState({ ...definition, version: 1 }, now)),
    command: 0,
  };
}
