/** Builds begin when a worker has their job: at once, or, where their project runs as many as it may, later (P2.13). */
import { JobError } from "../jobs/types.ts";
import { isLiveNonce } from "../nonce.ts";
import { changeProject, findBuildOfJob, insertBuild, leaveQueue, takeProject } from "../store/builds.ts";
import { holdJob } from "../store/job-queue.ts";
import { takeJob } from "../store/jobs.ts";
import type { Tx } from "../store/store.ts";
import type { BuildProjectRow, BuildRow } from "../store/tables/builds.ts";
import { hasPlace, limitOf } from "./queue.ts";
import type { Room } from "./room.ts";
import { toBuild, toProject } from "./rows.ts";
import { progressOf, queued, submitted } from "./states.ts";
import type { Begun, Builds, ProjectMembers } from "./types.ts";

/** Until a queued build times out, where its project doesn't say (P2.2). */
const QUEUED_MINUTES = 480;

export function startBuildCommand(room: Room): Builds["startBuild"] {
  const { store, ambient } = room;
  return (scope, { projectName, jobId, nonce, initiator }) =>
    store.transaction(async (tx) => {
      // Before the project, as all do who need both: that order keeps two from waiting for each other.
      const job = await takeJob(tx, jobId);
      const before = await findBuildOfJob(tx, jobId);
      const isHeld = job?.status === "InProgress" && (nonce === undefined || isLiveNonce(nonce, job.nonce));
      if (!isHeld && before !== undefined && job?.ended === null) return { ...toBuild(before), waits: true };
      if (!isHeld) throw new JobError("AlreadyTerminated", jobId);
      if (before !== undefined) return goOn(tx, before);
      const project = await takeProject(tx, scope, projectName);
      if (project === undefined) return undefined;
      const number = project.last_build_number + 1;
      await changeProject(tx, project, { last_build_number: number });
      const started = ambient.now();
      const limit = limitOf(JSON.parse(project.project) as ProjectMembers);
      const waits = !(await hasPlace(tx, { ...scope, project: projectName }, limit));
      const state = waits ? queued(started) : submitted(started);
      const build: BuildRow = {
        id: `${projectName}:${ambient.newId()}`,
        ...scope,
        project: projectName,
        number,
        job_id: jobId,
        initiator,
        started,
        progress: waits ? progressOf(state) : 0,
        open: 1,
        queued_until: waits ? started + minutesInQueue(project) * 60_000 : null,
        snapshot: JSON.stringify(toProject(project)),
        state: JSON.stringify(state),
      };
      await insertBuild(tx, build);
      if (waits) await wait(room, tx, build, limit);
      return { ...toBuild(build), waits };
    });
}

/** Of a job that a worker has: it was handed out again for the place that its build got. */
async function goOn(tx: Tx, build: BuildRow): Promise<Begun> {
  if (build.queued_until !== null) await leaveQueue(tx, build.id);
  return { ...toBuild(build), waits: false };
}

async function wait({ note }: Room, tx: Tx, build: BuildRow, limit: number): Promise<void> {
  const job = await holdJob(tx, build.job_id);
  if (job === undefined) throw new JobError("AlreadyTerminated", build.job_id);
  const { started, queued_until } = build;
  const minutes = ((queued_until ?? started) - started) / 60_000;
  const text =
    `[Millrace] build ${build.id} is QUEUED for up to ${minutes} minutes: its project ${build.project} ` +
    `runs ${limit} at once (concurrentBuildLimit)`;
  await note(tx, job.action_execution_id, { time: started, text });
}

function minutesInQueue({ project }: BuildProjectRow): number {
  const { queuedTimeoutInMinutes: given } = JSON.parse(project) as ProjectMembers;
  return typeof given === "number" ? given : QUEUED_MINUTES;
}
