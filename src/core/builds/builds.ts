import type { Ambient, Scope } from "../scope.ts";
import {
  changeProject,
  deleteProjectRow,
  findBuild,
  findBuildOfJob,
  findProject,
  insertBuild,
  insertProject,
  listBuildRows,
  listProjectRows,
  orphanedBuilds,
  setBuildState,
} from "../store/builds.ts";
import type { Store, Tx } from "../store/store.ts";
import type { BuildProjectRow, BuildRow } from "../store/tables/builds.ts";
import { type Ending, endedState, endingOf } from "./ended.ts";
import type { Builds, ReportedState, StoredBuild, StoredProject } from "./types.ts";

/** A worker whose job was ended hears of it within 20 s, and has ended its build 15 s later (P0.12, P10.7). */
const REPORTED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 30_000;
const PAGE = 100;

/** Projects and builds in the store. */
export function createBuilds(store: Store, ambient: Ambient): Builds {
  return {
    createProject(scope, name, members) {
      const now = ambient.now();
      const row: BuildProjectRow = {
        ...scope,
        name,
        uuid: ambient.newId(),
        created: now,
        updated: now,
        last_build_number: 0,
        project: JSON.stringify(members),
      };
      return store.transaction(async (tx) => ((await insertProject(tx, row)) ? toProject(row) : undefined));
    },

    updateProject(scope, name, change) {
      return store.transaction(async (tx) => {
        const row = await findProject(tx, scope, name);
        if (row === undefined) return undefined;
        const project = JSON.stringify({ ...JSON.parse(row.project), ...change });
        const updated = ambient.now();
        await changeProject(tx, row, { project, updated });
        return toProject({ ...row, project, updated });
      });
    },

    deleteProject: (scope, name) => store.transaction((tx) => deleteProjectRow(tx, scope, name)),

    async findProject(scope, name) {
      const row = await findProject(store.read, scope, name);
      return row && toProject(row);
    },

    listProjects: (scope) => listProjectRows(store.read, scope),

    startBuild(scope, { projectName, jobId, initiator }) {
      return store.transaction(async (tx) => {
        const before = await findBuildOfJob(tx, jobId);
        if (before !== undefined) return toBuild(before);
        const project = await findProject(tx, scope, projectName);
        if (project === undefined) return undefined;
        const number = project.last_build_number + 1;
        await changeProject(tx, project, { last_build_number: number });
        const started = ambient.now();
        const build: BuildRow = {
          id: `${projectName}:${ambient.newId()}`,
          ...scope,
          project: projectName,
          number,
          job_id: jobId,
          initiator,
          started,
          progress: 0,
          open: 1,
          snapshot: JSON.stringify(toProject(project)),
          state: JSON.stringify(submitted(started)),
        };
        await insertBuild(tx, build);
        return toBuild(build);
      });
    },

    putState(account, jobId, state) {
      return store.transaction(async (tx) => {
        const build = await findBuildOfJob(tx, jobId);
        if (build?.account !== account) return;
        const progress = progressOf(state);
        if (progress < build.progress) return;
        await setBuildState(tx, build.id, {
          state: JSON.stringify(state),
          progress,
          open: state.buildStatus === "IN_PROGRESS" ? 1 : 0,
        });
      });
    },

    async workerLost(tx, jobId) {
      const build = await findBuildOfJob(tx, jobId);
      if (build !== undefined) await end(tx, build, "FAULT", ambient.now());
    },

    async endOrphans() {
      const before = ambient.now() - REPORTED_WITHIN_MS;
      let found = PAGE;
      while (found === PAGE) {
        const orphans = await orphanedBuilds(store.read, before, PAGE);
        found = orphans.length;
        for (const orphan of orphans)
          await store.transaction((tx) =>
            end(tx, orphan, endingOf(orphan.status ?? undefined), orphan.ended ?? ambient.now()),
          );
      }
      return ambient.now() + LOOK_EVERY_MS;
    },

    async findBuild(scope, id) {
      const row = await findBuild(store.read, scope, id);
      return row && toBuild(row);
    },

    listBuilds: (scope, project, page) => listBuildRows(store.read, scope, project, page),
  };
}

function end(
  tx: Tx,
  { id, state, progress }: Pick<BuildRow, "id" | "state" | "progress">,
  ending: Ending,
  at: number,
): Promise<void> {
  const ended = endedState(JSON.parse(state) as ReportedState, ending, at);
  return setBuildState(tx, id, { state: JSON.stringify(ended), progress, open: 0 });
}

/** Grows with each phase that begins and each that ends, so an older report is told from a newer one. */
function progressOf(state: ReportedState): number {
  return state.phases.length * 2 + state.phases.filter((phase) => phase.endTime !== undefined).length;
}

function submitted(at: number): ReportedState {
  return {
    buildStatus: "IN_PROGRESS",
    currentPhase: "SUBMITTED",
    phases: [{ phaseType: "SUBMITTED", startTime: at }],
    exportedEnvironmentVariables: [],
  };
}

function toProject(row: BuildProjectRow): StoredProject {
  return {
    scope: scopeOf(row),
    name: row.name,
    uuid: row.uuid,
    created: row.created,
    updated: row.updated,
    members: JSON.parse(row.project),
  };
}

function toBuild(row: BuildRow): StoredBuild {
  return {
    id: row.id,
    scope: scopeOf(row),
    number: row.number,
    initiator: row.initiator,
    started: row.started,
    project: JSON.parse(row.snapshot),
    state: JSON.parse(row.state),
  };
}

function scopeOf(row: Scope): Scope {
  return { account: row.account, region: row.region };
}
