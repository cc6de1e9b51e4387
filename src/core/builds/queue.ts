/**
 * The places of a project (P2.2 `concurrentBuildLimit`). A build that finds none free gives its job back: it is `Created`
 * then, which no poll looks at. So a build in QUEUED holds no worker's slot, however many there are, and polls ask what they
 * would ask without it. Who has a place is not kept but read off builds and their jobs, so nothing can be left taken by one
 * that is gone. Whatever frees places (a build's end, its project changed or deleted) offers them in the same transaction,
 * under the lock of the project's row: no server that dies, and none that decides beside it, leaves a build behind.
 */
import { afterCommit } from "../store/after-commit.ts";
import { nextWaitingJob, overdueBuilds, type ProjectKey, placesTaken } from "../store/build-queue.ts";
import { setBuildState, takeProject } from "../store/builds.ts";
import { jobTopic } from "../store/job-topic.ts";
import { releaseJob } from "../store/jobs.ts";
import type { Tx } from "../store/store.ts";
import type { BuildRow } from "../store/tables/builds.ts";
import { type Ending, endedState } from "./ended.ts";
import type { Room } from "./room.ts";
import type { Builds, ProjectMembers, ReportedState } from "./types.ts";

const PAGE = 100;

/** How many builds of the project run at once. */
export function limitOf({ concurrentBuildLimit: limit }: ProjectMembers): number {
  return typeof limit === "number" && limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

/** @param limit of the project, which is taken. */
export async function hasPlace(tx: Tx, project: ProjectKey, limit: number): Promise<boolean> {
  return limit === Number.POSITIVE_INFINITY || (await placesTaken(tx, project)) < limit;
}

/**
 * Hands the free places to the builds that wait, in order of their start. A deleted project limits nothing: its builds go
 * on as they were begun (P2.4).
 */
export async function offerPlaces({ store }: Room, tx: Tx, key: ProjectKey): Promise<void> {
  const project = await takeProject(tx, key, key.project);
  const limit = limitOf(project === undefined ? {} : (JSON.parse(project.project) as ProjectMembers));
  while (true) {
    const next = await nextWaitingJob(tx, key);
    if (next === undefined || !(await hasPlace(tx, key, limit))) return;
    const job = await releaseJob(tx, next);
    if (job !== undefined) afterCommit(tx, () => store.announce(jobTopic(job.account, job)));
  }
}

type Open = ProjectKey & Pick<BuildRow, "id" | "state" | "progress">;

/** Ends a build that its worker doesn't end, and hands its place on. @param at epoch milliseconds */
export async function endBuild(room: Room, tx: Tx, build: Open, ending: Ending, at: number): Promise<void> {
  const ended = endedState(JSON.parse(build.state) as ReportedState, ending, at);
  await setBuildState(tx, build.id, { state: JSON.stringify(ended), progress: build.progress, open: 0 });
  await offerPlaces(room, tx, build);
}

/** P2.2 `queuedTimeoutInMinutes`, P2.17. */
export function timeOutQueuedCommand(room: Room): Builds["timeOutQueued"] {
  const { store, ambient, note } = room;
  return async (fail) => {
    const now = ambient.now();
    const overdue = await overdueBuilds(store.read, now, PAGE);
    for (const build of overdue) {
      await store.transaction(async (tx) => {
        const message = "Build terminated with state: TIMED_OUT";
        // False: since it was looked for, a worker has begun it, or its execution has ended.
        if (!(await fail(tx, build.job_id, { type: "JobFailed", message, externalExecutionId: build.id })))
          return;
        await endBuild(room, tx, build, "TIMED_OUT", now);
        const minutes = Math.floor((now - build.started) / 60_000);
        const text = `[Millrace] build ${build.id} was in QUEUED for ${minutes} minutes, and is TIMED_OUT`;
        await note(tx, build.action_execution_id, { time: now, text });
      });
    }
    return overdue.length === PAGE ? now : undefined;
  };
}
