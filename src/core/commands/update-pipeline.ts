import { findPipelineVersion, setCurrentVersion, takePipelineNamed } from "../store/pipelines.ts";
import type { Store } from "../store/store.ts";
import type { Room } from "./room.ts";
import { runIn, runOn } from "./run-on.ts";
import { type Commands, PipelineMissingError } from "./types.ts";
import { writeVersion } from "./write-version.ts";

/** Two updates at once apply one after the other; the last one wins. What they do to live executions: E11.1. */
export function updatePipelineCommand(store: Store, room: Room): Commands["updatePipeline"] {
  return (scope, name, build, starts = []) =>
    store.transaction(async (tx) => {
      const pipeline = await takePipelineNamed(tx, scope, name);
      if (pipeline === undefined) throw new PipelineMissingError(name);
      const previous = await findPipelineVersion(tx, pipeline.id, pipeline.version);
      if (previous === undefined) throw new Error(`pipeline ${pipeline.id} lacks its current version`);
      const version = pipeline.version + 1;
      const declaration = JSON.parse(previous.declaration) as Readonly<Record<string, unknown>>;
      const current = await writeVersion(tx, pipeline, version, build(declaration));
      await setCurrentVersion(tx, pipeline.id, version, room.ambient.now());
      await runOn(tx, room, pipeline, { type: "update", version }, current);
      for (const start of starts)
        await runIn(tx, room, pipeline.id, { type: "start", origin: "trigger", variables: {}, ...start });
      return { version };
    });
}
