import type { Definition, Refusal } from "../engine/index.ts";
import { takePipelineNamed } from "../store/pipelines.ts";
import type { Store } from "../store/store.ts";
import { executionOfRevision, keepUsedRevision } from "../store/used-revisions.ts";
import type { Room } from "./room.ts";
import { runOn } from "./run-on.ts";
import { type Commands, PipelineMissingError, type PutRevision, RefusedError } from "./types.ts";

/** A revision that was used before, put or delivered, starts nothing (E13.4). */
export function putRevisionCommand(store: Store, room: Room): Commands["putRevision"] {
  return (scope, name, put) =>
    store.transaction(async (tx) => {
      const pipeline = await takePipelineNamed(tx, scope, name);
      if (pipeline === undefined) throw new PipelineMissingError(name);
      const refusal = whyNot(await room.definitions.get(tx, pipeline.id, pipeline.version), put);
      if (refusal !== undefined) throw new RefusedError(refusal);
      const { action, revisionId, changeId, trigger } = put;
      const key = { pipeline_id: pipeline.id, action, revision: revisionId, change_id: changeId };
      const usedBy = await executionOfRevision(tx, key);
      if (usedBy !== undefined) return { executionId: usedBy, isNew: false };
      const { executionId } = await runOn(tx, room, pipeline, {
        type: "start",
        origin: "caller",
        trigger,
        variables: {},
        revisions: { [action]: { revisionId, changeId } },
      });
      if (executionId === undefined) throw new Error("a start answered no execution");
      await keepUsedRevision(tx, { ...key, execution_id: executionId });
      return { executionId, isNew: true };
    });
}

/** The current version may have another stage, or another action there, than its caller knows. */
function whyNot({ stages }: Definition, { stage, action }: PutRevision): Refusal | undefined {
  const found = stages.find(({ name }) => name === stage);
  if (found === undefined) return { code: "StageNotFound", stage };
  if (found.actions.some(({ name }) => name === action)) return undefined;
  return { code: "ActionNotFound", stage, action };
}
