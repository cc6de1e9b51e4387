import type { Scope } from "../scope.ts";
import type { BuildProjectRow, BuildRow } from "../store/tables/builds.ts";
import type { StoredBuild, StoredProject } from "./types.ts";

export function toProject(row: BuildProjectRow): StoredProject {
  return {
    scope: scopeOf(row),
    name: row.name,
    uuid: row.uuid,
    created: row.created,
    updated: row.updated,
    members: JSON.parse(row.project),
  };
}

export function toBuild(row: BuildRow): StoredBuild {
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
