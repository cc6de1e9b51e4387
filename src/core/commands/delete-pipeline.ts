import { pipelineArn } from "../pipeline-arn.ts";
import { takePipelineNamed } from "../store/pipelines.ts";
import { removeAllTags } from "../store/queries/tags.ts";
import { removePipeline } from "../store/removal.ts";
import type { Store } from "../store/store.ts";
import type { Room } from "./room.ts";
import { runOn } from "./run-on.ts";
import type { Commands } from "./types.ts";

/** Events and ended jobs outlive the pipeline: the ones to be sent, the others to answer late results (E11.7). */
export function deletePipelineCommand(store: Store, room: Room): Commands["deletePipeline"] {
  return (scope, name) =>
    store.transaction(async (tx) => {
      const pipeline = await takePipelineNamed(tx, scope, name);
      if (pipeline === undefined) return;
      await runOn(tx, room, pipeline, { type: "delete" });
      await removePipeline(tx, pipeline.id, room.ambient.now());
      await removeAllTags(tx, pipelineArn(scope, name));
    });
}
