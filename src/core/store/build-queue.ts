/** Who of a project's builds has a place, and who waits for one. Both go by what is open: history costs nothing. */
import { sql } from "kysely";
import type { Reader } from "./store.ts";
import type { BuildRow } from "./tables/builds.ts";

export type ProjectKey = Pick<BuildRow, "account" | "region" | "project">;

/** Written out, not a parameter: so both databases see that the indexes of open builds fit. */
const OPEN = sql.lit(1);
/** Statuses of jobs that a worker has, or may have at any moment. */
const ON_OFFER = ["Queued", "Dispatched", "InProgress"];

/** Open builds that a worker has begun, or whose job is on offer after they waited. */
export async function placesTaken(db: Reader, { account, region, project }: ProjectKey): Promise<number> {
  const { taken } = await db
    .selectFrom("build")
    .leftJoin("job", "job.id", "build.job_id")
    .select((eb) => eb.fn.countAll<number>().as("taken"))
    .where("build.open", "=", OPEN)
    .where("build.account", "=", account)
    .where("build.region", "=", region)
    .where("build.project", "=", project)
    .where((eb) => eb.or([eb("build.queued_until", "is", null), eb("job.status", "in", ON_OFFER)]))
    .executeTakeFirstOrThrow();
  return taken;
}

/** The id of the job whose build waits for a place and was started first. */
export async function nextWaitingJob(
  db: Reader,
  { account, region, project }: ProjectKey,
): Promise<string | undefined> {
  const next = await db
    .selectFrom("build")
    .innerJoin("job", "job.id", "build.job_id")
    .select("job.id")
    .where("build.open", "=", OPEN)
    .where("build.account", "=", account)
    .where("build.region", "=", region)
    .where("build.project", "=", project)
    .where("build.queued_until", "is not", null)
    .where("job.status", "=", "Created")
    .orderBy("build.number")
    .limit(1)
    .executeTakeFirst();
  return next?.id;
}

/** Builds of all accounts that no worker has begun, and whose time in QUEUED was over by `now`. */
export async function overdueBuilds(db: Reader, now: number, limit: number) {
  return db
    .selectFrom("build")
    .innerJoin("job", "job.id", "build.job_id")
    .selectAll("build")
    .select("job.action_execution_id")
    .where("build.open", "=", OPEN)
    .where("build.queued_until", "<=", now)
    .where("job.status", "in", ["Created", "Queued"])
    .orderBy("build.queued_until")
    .limit(limit)
    .execute();
}
