import type { JobWork } from "../engine/index.ts";
import { findJob, takeJob } from "../store/jobs.ts";
import { CREDENTIALS_MS } from "./durations.ts";
import { visible } from "./find.ts";
import { sourceRepositories } from "./grants.ts";
import type { Room } from "./room.ts";
import { JobError, type Jobs } from "./types.ts";

/**
 * Keys for the commands of a build themselves: they fetch from the repositories that its inputs came from, and open
 * neither artifacts nor logs (P1.6, P3.5).
 */
export function cloneCredentialsCommand(room: Room): Jobs["cloneCredentials"] {
  return (scope, jobId) =>
    room.store.transaction(async (tx) => {
      await takeJob(tx, jobId);
      const row = visible(await findJob(tx, jobId), scope, jobId);
      if (row.ended !== null) throw new JobError("AlreadyTerminated", jobId);
      const definition = await room.commands.definition(tx, row.pipeline_id, row.pipeline_version);
      return room.access.issueJobCredentials({
        jobId,
        account: row.account,
        region: row.region,
        read: [],
        write: [],
        pull: sourceRepositories(definition, JSON.parse(row.work) as JobWork),
        expires: room.ambient.now() + CREDENTIALS_MS,
      });
    });
}
