import { takePipelineNamed } from "../store/pipelines.ts";
import { executionOfToken, keepToken } from "../store/start-tokens.ts";
import type { Store } from "../store/store.ts";
import type { Room } from "./room.ts";
import { runOn } from "./run-on.ts";
import { type Commands, PipelineMissingError } from "./types.ts";

/** A token seen before in this life of the pipeline answers the first execution's id, before any limit (E1.8). */
export function startCommand(store: Store, room: Room): Commands["start"] {
  return (scope, name, { trigger, variables, revisions, clientRequestToken: token }) =>
    store.transaction(async (tx) => {
      const pipeline = await takePipelineNamed(tx, scope, name);
      if (pipeline === undefined) throw new PipelineMissingError(name);
      if (token !== undefined) {
        const seen = await executionOfToken(tx, pipeline.id, token);
        if (seen !== undefined) return { executionId: seen };
      }
      const { executionId } = await runOn(tx, room, pipeline, {
        type: "start",
        trigger,
        variables,
        revisions,
        origin: "caller",
      });
      if (executionId === undefined) throw new Error("a start answered no execution");
      if (token !== undefined) {
        await keepToken(tx, { pipeline_id: pipeline.id, token, execution_id: executionId });
      }
      return { executionId };
    });
}
