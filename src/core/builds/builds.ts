import {
  changeProject,
  deleteProjectRow,
  findBuild,
  findBuildOfJob,
  findProject,
  insertProject,
  listBuildRows,
  listProjectRows,
  orphanedBuilds,
  setBuildState,
  takeProject,
} from "../store/builds.ts";
import type { BuildProjectRow } from "../store/tables/builds.ts";
import { endingOf } from "./ended.ts";
import { endBuild, offerPlaces, timeOutQueuedCommand } from "./queue.ts";
import type { Room } from "./room.ts";
import { toBuild, toProject } from "./rows.ts";
import { startBuildCommand } from "./start.ts";
import { progressOf } from "./states.ts";
import type { Builds } from "./types.ts";

/** A worker whose job was ended hears of it within 20 s, and has ended its build 15 s later (P0.12, P10.7). */
const REPORTED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 30_000;
const PAGE = 100;

/** Projects and builds in the store. */
export function createBuilds(room: Room): Builds {
  const { store, ambient } = room;
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
        const row = await takeProject(tx, scope, name);
        if (row === undefined) return undefined;
        const project = JSON.stringify({ ...JSON.parse(row.project), ...change });
        const updated = ambient.now();
        await changeProject(tx, row, { project, updated });
        await offerPlaces(room, tx, { ...scope, project: name });
        return toProject({ ...row, project, updated });
      });
    },

    deleteProject(scope, name) {
      return store.transaction(async (tx) => {
        await deleteProjectRow(tx, scope, name);
        await offerPlaces(room, tx, { ...scope, project: name });
      });
    },

    async findProject(scope, name) {
      const row = await findProject(store.read, scope, name);
      return row && toProject(row);
    },

    listProjects: (scope) => listProjectRows(store.read, scope),

    startBuild: startBuildCommand(room),

    putState(account, jobId, state) {
      return store.transaction(async (tx) => {
        const build = await findBuildOfJob(tx, jobId);
        if (build?.account !== account) return;
        const progress = progressOf(state);
        if (progress < build.progress) return;
        const open = state.buildStatus === "IN_PROGRESS" ? 1 : 0;
        await setBuildState(tx, build.id, { state: JSON.stringify(state), progress, open });
        if (open === 0) await offerPlaces(room, tx, build);
      });
    },

    async workerLost(tx, jobId) {
      const build = await findBuildOfJob(tx, jobId);
      if (build !== undefined) await endBuild(room, tx, build, "FAULT", ambient.now());
    },

    async endOrphans() {
      const before = ambient.now() - REPORTED_WITHIN_MS;
      let found = PAGE;
      while (found === PAGE) {
        const orphans = await orphanedBuilds(store.read, before, PAGE);
        found = orphans.length;
        for (const orphan of orphans)
          await store.transaction((tx) =>
            endBuild(room, tx, orphan, endingOf(orphan.status ?? undefined), orphan.ended ?? ambient.now()),
          );
      }
      return ambient.now() + LOOK_EVERY_MS;
    },

    timeOutQueued: timeOutQueuedCommand(room),

    async findBuild(scope, id) {
      const row = await findBuild(store.read, scope, id);
      return row && toBuild(row);
    },

    listBuilds: (scope, project, page) => listBuildRows(store.read, scope, project, page),
  };
}
