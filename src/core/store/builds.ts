import { sql } from "kysely";
import type { Scope } from "../scope.ts";
import { holding } from "./row-lock.ts";
import type { Reader, Tx } from "./store.ts";
import type { BuildProjectRow, BuildRow } from "./tables/builds.ts";

export async function findProject(
  db: Reader,
  scope: Scope,
  name: string,
): Promise<BuildProjectRow | undefined> {
  return db
    .selectFrom("build_project")
    .selectAll()
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** The project, held until the transaction ends: who gives out numbers and places of its builds waits for others who do. */
export async function takeProject(tx: Tx, scope: Scope, name: string): Promise<BuildProjectRow | undefined> {
  const project = tx
    .selectFrom("build_project")
    .selectAll()
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("name", "=", name);
  return holding(tx, project).executeTakeFirst();
}

/** @returns false when the name is taken */
export async function insertProject(tx: Tx, row: BuildProjectRow): Promise<boolean> {
  const result = await tx
    .insertInto("build_project")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function changeProject(
  tx: Tx,
  row: Pick<BuildProjectRow, "account" | "region" | "name">,
  change: Partial<Pick<BuildProjectRow, "project" | "updated" | "last_build_number">>,
): Promise<void> {
  await tx
    .updateTable("build_project")
    .set(change)
    .where("account", "=", row.account)
    .where("region", "=", row.region)
    .where("name", "=", row.name)
    .execute();
}

export async function deleteProjectRow(tx: Tx, scope: Scope, name: string): Promise<void> {
  await tx
    .deleteFrom("build_project")
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("name", "=", name)
    .execute();
}

export async function listProjectRows(db: Reader, scope: Scope) {
  return db
    .selectFrom("build_project")
    .select(["name", "created", "updated"])
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .orderBy("name")
    .execute();
}

export async function insertBuild(tx: Tx, row: BuildRow): Promise<void> {
  await tx.insertInto("build").values(row).execute();
}

export async function findBuildOfJob(db: Reader, jobId: string): Promise<BuildRow | undefined> {
  return db.selectFrom("build").selectAll().where("job_id", "=", jobId).executeTakeFirst();
}

export async function findBuild(db: Reader, scope: Scope, id: string): Promise<BuildRow | undefined> {
  return db
    .selectFrom("build")
    .selectAll()
    .where("id", "=", id)
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .executeTakeFirst();
}

/** A worker has begun it. */
export async function leaveQueue(tx: Tx, id: string): Promise<void> {
  await tx.updateTable("build").set({ queued_until: null }).where("id", "=", id).execute();
}

/** What has ended stays as it is. */
export async function setBuildState(
  tx: Tx,
  id: string,
  change: Pick<BuildRow, "state" | "progress" | "open">,
): Promise<void> {
  await tx.updateTable("build").set(change).where("id", "=", id).where("open", "=", 1).execute();
}

/** Open builds whose job ended before then, or is forgotten; at once those that no worker had begun. */
export async function orphanedBuilds(db: Reader, before: number, limit: number) {
  return (
    db
      .selectFrom("build")
      .leftJoin("job", "job.id", "build.job_id")
      .select([
        "build.id",
        "build.account",
        "build.region",
        "build.project",
        "build.state",
        "build.progress",
        "job.status",
        "job.ended",
      ])
      // Written out, as the index of open builds has it.
      .where("build.open", "=", sql.lit(1))
      .where((eb) =>
        eb.or([
          eb("job.ended", "<", before),
          eb.and([eb("build.queued_until", "is not", null), eb("job.ended", "is not", null)]),
          eb.and([eb("job.id", "is", null), eb("build.started", "<", before)]),
        ]),
      )
      .limit(limit)
      .execute()
  );
}

/** Build ids of a project beyond a build number, in either order. */
export async function listBuildRows(
  db: Reader,
  scope: Scope,
  project: string,
  page: { newestFirst: boolean; beyond?: number; limit: number },
) {
  let query = db
    .selectFrom("build")
    .select(["id", "number"])
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .where("project", "=", project)
    .orderBy("number", page.newestFirst ? "desc" : "asc")
    .limit(page.limit);
  if (page.beyond !== undefined) query = query.where("number", page.newestFirst ? "<" : ">", page.beyond);
  return query.execute();
}
