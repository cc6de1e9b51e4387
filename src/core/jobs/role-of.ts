/** The role that a job is done as: its action's or rule's, else its pipeline's. */
import { AccessError, type Circumstances } from "../access/types.ts";
import type { JobWork } from "../engine/index.ts";
import { pipelineArn } from "../pipeline-arn.ts";
import { findJob } from "../store/jobs.ts";
import { findDeclaration } from "../store/queries/pipelines.ts";
import type { JobRow } from "../store/tables/jobs.ts";
import { visible } from "./find.ts";
import type { Room } from "./room.ts";
import { JobError, type Jobs } from "./types.ts";

const MINUTE = 60_000;

export function roleOfQuery({ store }: Pick<Room, "store">): Jobs["roleOf"] {
  /** By the version of the pipeline that the job belongs to: whoever made it could pass the role (api.md §9.1). */
  async function declaredRole({ id, pipeline_id, pipeline_version }: JobRow): Promise<string> {
    const declaration = await findDeclaration(store.read, pipeline_id, pipeline_version);
    // Deleted meanwhile, and its jobs with it.
    if (declaration === undefined) throw new JobError("JobNotFound", id);
    return (JSON.parse(declaration) as { readonly roleArn: string }).roleArn;
  }

  return async (scope, jobId) => {
    const row = visible(await findJob(store.read, jobId), scope, jobId);
    if (row.ended !== null) throw new JobError("AlreadyTerminated", jobId);
    const work = JSON.parse(row.work) as JobWork;
    const pipelineRole = await declaredRole(row);
    return {
      roleArn: work.roleArn ?? pipelineRole,
      ...(work.roleArn !== undefined && { through: pipelineRole }),
      service: "codepipeline.amazonaws.com",
      source: { account: row.account, arn: pipelineArn(row, row.pipeline_name) },
      circumstances: insideHere(work.region),
      sessionName: `AWSCodePipeline-${jobId}`,
      jobId,
      expires: work.actionStartedAt + work.timeoutMinutes * MINUTE,
    };
  };
}

export function roleRefusalQuery(room: Pick<Room, "store" | "access" | "catalogue">): Jobs["roleRefusal"] {
  const { access, catalogue } = room;
  const roleOf = roleOfQuery(room);
  return async (scope, jobId, [need, ...more]) => {
    if (!catalogue.givesKeys) return undefined;
    const request = await roleOf(scope, jobId);
    const session = await access.roleForJob(request);
    if ("refused" in session) return session.refused;
    try {
      await access.authorize(session.caller, need.action, [need, ...more], () => request.circumstances);
      return undefined;
    } catch (error) {
      if (error instanceof AccessError) return error.message;
      throw error;
    }
  };
}

/** Of what the server does by itself: it comes by no connection. */
function insideHere(region: string): Circumstances {
  return { region, sourceIp: undefined, userAgent: undefined, secureTransport: true };
}
