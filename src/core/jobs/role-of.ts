import type { JobWork } from "../engine/index.ts";
import { findJob } from "../store/jobs.ts";
import { findDeclaration } from "../store/queries/pipelines.ts";
import { visible } from "./find.ts";
import type { Room } from "./room.ts";
import { JobError, type Jobs } from "./types.ts";

/** By the version of the pipeline that the job belongs to: whoever made it could pass the role (api.md §9.1). */
export function roleOfQuery({ store }: Pick<Room, "store">): Jobs["roleOf"] {
  return async (scope, jobId) => {
    const row = visible(await findJob(store.read, jobId), scope, jobId);
    if (row.ended !== null) throw new JobError("AlreadyTerminated", jobId);
    const { roleArn } = JSON.parse(row.work) as JobWork;
    if (roleArn !== undefined) return roleArn;
    const declaration = await findDeclaration(store.read, row.pipeline_id, row.pipeline_version);
    // Deleted meanwhile, and its jobs with it.
    if (declaration === undefined) throw new JobError("JobNotFound", jobId);
    return (JSON.parse(declaration) as { readonly roleArn: string }).roleArn;
  };
}
