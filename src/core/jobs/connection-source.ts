import type { Definition, JobWork } from "../engine/index.ts";
import { fetchesByConnection } from "../fetches-by-connection.ts";
import { findJob } from "../store/jobs.ts";
import { visible } from "./find.ts";
import type { Room } from "./room.ts";
import { type ConnectionSource, JobError, type Jobs } from "./types.ts";

export function connectionSourceQuery({ store, commands }: Room): Jobs["connectionSource"] {
  return async (scope, jobId, artifact) => {
    const row = visible(await findJob(store.read, jobId), scope, jobId);
    if (row.ended !== null) throw new JobError("AlreadyTerminated", jobId);
    if (row.owner !== "AWS" || row.status !== "InProgress") return undefined;
    const work = JSON.parse(row.work) as JobWork;
    if (artifact === undefined)
      return fetchesByConnection(row) ? sourceOf(work.resolvedConfiguration) : undefined;
    if (!work.inputs.some(({ name }) => name === artifact)) return undefined;
    return producerOf(await commands.definition(store.read, row.pipeline_id, row.pipeline_version), artifact);
  };
}

/** Of an artifact that only refers to its repository: others hold what they are. */
function producerOf({ stages }: Definition, artifact: string): ConnectionSource | undefined {
  const producer = stages
    .flatMap(({ actions }) => actions)
    .find(({ outputs }) => outputs.some(({ name }) => name === artifact));
  if (producer === undefined || !fetchesByConnection(producer.type)) return undefined;
  const { OutputArtifactFormat = "" } = producer.configuration;
  // Whatever its case, as the source's own job reads it.
  return OutputArtifactFormat.toUpperCase() === "CODEBUILD_CLONE_REF"
    ? sourceOf(producer.configuration)
    : undefined;
}

function sourceOf({
  ConnectionArn: connectionArn,
  FullRepositoryId: fullRepositoryId,
}: Readonly<Record<string, string>>): ConnectionSource | undefined {
  if (connectionArn === undefined || fullRepositoryId === undefined) return undefined;
  return { connectionArn, fullRepositoryId };
}
