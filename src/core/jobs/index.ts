/** The job protocol's keeper. */
import { findJob, takeJob } from "../store/jobs.ts";
import { acknowledgeCommand } from "./acknowledge.ts";
import { cloneCredentialsCommand } from "./clone-credentials.ts";
import { connectionSourceQuery } from "./connection-source.ts";
import { visible } from "./find.ts";
import { keptJob } from "./kept-job.ts";
import { expireLeasesCommand, extendLeaseCommand, giveUpCommand } from "./leases.ts";
import { parkCommand } from "./park.ts";
import { pollCommand, waitCommand } from "./poll.ts";
import { progressCommand } from "./progress.ts";
import { failCommand, failWaitingCommand, succeedCommand } from "./report.ts";
import { roleOfQuery, roleRefusalQuery } from "./role-of.ts";
import type { Room } from "./room.ts";
import type { Jobs } from "./types.ts";
import { workersOf } from "./workers.ts";

export type { Room as JobsOptions } from "./room.ts";

export function createJobs(room: Room): Jobs {
  const { store } = room;
  return {
    poll: pollCommand(room),
    wait: waitCommand(room),
    acknowledge: acknowledgeCommand(room),
    details: (scope, jobId) =>
      store.transaction(async (tx) => {
        // Taken first, so that its pipeline can't be deleted meanwhile.
        await takeJob(tx, jobId);
        return keptJob(room, tx, visible(await findJob(tx, jobId), scope, jobId));
      }),
    cloneCredentials: cloneCredentialsCommand(room),
    roleOf: roleOfQuery(room),
    roleRefusal: roleRefusalQuery(room),
    connectionSource: connectionSourceQuery(room),
    succeed: succeedCommand(room),
    fail: failCommand(room),
    failWaiting: failWaitingCommand(room),
    extendLease: extendLeaseCommand(room),
    giveUp: giveUpCommand(room),
    park: parkCommand(room),
    progress: progressCommand(room),
    ...workersOf(room),
    expireLeases: expireLeasesCommand(room),
  };
}
