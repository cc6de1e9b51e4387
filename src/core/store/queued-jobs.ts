/** Which jobs wait to be handed out. */
import { type Kysely, type RawBuilder, sql } from "kysely";
import { holdingFree } from "./row-lock.ts";
import { statement } from "./statement.ts";
import type { Database, Reader, Soon, Tx } from "./store.ts";
import type { JobRow } from "./tables/jobs.ts";

export type TypeKey = Pick<JobRow, "owner" | "category" | "provider" | "version">;

export interface QueueFilter {
  readonly account: string;
  /** Absent: jobs of every region. */
  readonly region?: string;
  readonly type: TypeKey;
  /** As the job's `query_value`. */
  readonly queryValue?: string;
}

type Given = { account: string; region: string; queryValue: string } & TypeKey;
type Narrowing = { readonly region: boolean; readonly queryValue: boolean };

function queued(
  db: Kysely<Database>,
  given: { readonly [K in keyof Given]: RawBuilder<string> },
  by: Narrowing,
) {
  let query = db
    .selectFrom("job")
    // Written out, not a parameter: so both databases see that the index of queued jobs fits.
    .where("status", "=", sql.lit("Queued"))
    .where("account", "=", given.account)
    .where("owner", "=", given.owner)
    .where("category", "=", given.category)
    .where("provider", "=", given.provider)
    .where("version", "=", given.version);
  if (by.region) query = query.where("region", "=", given.region);
  if (by.queryValue) query = query.where("query_value", "=", given.queryValue);
  return query;
}

const takes = narrowings((by) =>
  statement<Given & { limit: number }, JobRow>((db, given) =>
    holdingFree(db, queued(db, given, by).selectAll().orderBy("created").orderBy("id").limit(given.limit)),
  ),
);

const looks = narrowings((by) =>
  statement<Given, Pick<JobRow, "id">>((db, given) => queued(db, given, by).select("id").limit(1)),
);

/** One statement for each way to narrow the queue. */
function narrowings<S>(make: (by: Narrowing) => S): (filter: QueueFilter) => S {
  const both = { region: true, queryValue: true };
  const made = [
    make({ region: false, queryValue: false }),
    make({ ...both, queryValue: false }),
    make({ ...both, region: false }),
    make(both),
  ] as const;
  return ({ region, queryValue }) => {
    if (region === undefined) return queryValue === undefined ? made[0] : made[2];
    return queryValue === undefined ? made[1] : made[3];
  };
}

function given({ account, region = "", type, queryValue = "" }: QueueFilter): Given {
  const { owner, category, provider, version } = type;
  return { account, region, queryValue, owner, category, provider, version };
}

/** The oldest queued jobs that nobody else is taking at this moment, held until the transaction ends (E3.9). */
export function takeQueuedJobs(tx: Tx, filter: QueueFilter, limit: number): Soon<JobRow[]> {
  return takes(filter)(tx, { ...given(filter), limit });
}

export async function hasQueuedJob(db: Reader, filter: QueueFilter): Promise<boolean> {
  return (await looks(filter)(db, given(filter))).length > 0;
}
