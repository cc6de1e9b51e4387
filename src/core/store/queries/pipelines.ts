/** What callers read of pipelines and their versions. */
import type { Scope } from "../../scope.ts";
import { single } from "../statement.ts";
import type { Reader } from "../store.ts";
import type { PipelineRow, PipelineVersionRow } from "../tables/pipelines.ts";

const selectNamed = single<Scope & { name: string }, PipelineRow>((db, given) =>
  db
    .selectFrom("pipeline")
    .selectAll()
    .where("account", "=", given.account)
    .where("region", "=", given.region)
    .where("name", "=", given.name),
);

export async function findPipeline(
  db: Reader,
  { account, region }: Scope,
  name: string,
): Promise<PipelineRow | undefined> {
  return selectNamed(db, { account, region, name });
}

export type PipelineHead = Pick<PipelineRow, "id" | "version" | "created" | "updated">;

const selectHead = single<Scope & { name: string }, PipelineHead>((db, given) =>
  db
    .selectFrom("pipeline")
    .select(["id", "version", "created", "updated"])
    .where("account", "=", given.account)
    .where("region", "=", given.region)
    .where("name", "=", given.name),
);

/** What of a pipeline's row says which one it is: all but its state, which may be large. */
export async function findPipelineHead(
  db: Reader,
  { account, region }: Scope,
  name: string,
): Promise<PipelineHead | undefined> {
  return selectHead(db, { account, region, name });
}

const selectDeclaration = single<
  Pick<PipelineVersionRow, "pipeline_id" | "version">,
  Pick<PipelineVersionRow, "declaration">
>((db, given) =>
  db
    .selectFrom("pipeline_version")
    .select("declaration")
    .where("pipeline_id", "=", given.pipeline_id)
    .where("version", "=", given.version),
);

/** The declaration of a version, as JSON; undefined for a version never reached. */
export async function findDeclaration(
  db: Reader,
  pipelineId: string,
  version: number,
): Promise<string | undefined> {
  return (await selectDeclaration(db, { pipeline_id: pipelineId, version }))?.declaration;
}

/** Ids and names of all pipelines of the scope: at most as many as the quota allows (§8). */
export async function pipelineNames(db: Reader, scope: Scope): Promise<Pick<PipelineRow, "id" | "name">[]> {
  return db
    .selectFrom("pipeline")
    .select(["id", "name"])
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .execute();
}

/** The declarations of all versions, as JSON, in no order. */
export async function allDeclarations(db: Reader, pipelineId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("pipeline_version")
    .select("declaration")
    .where("pipeline_id", "=", pipelineId)
    .execute();
  return rows.map(({ declaration }) => declaration);
}

export type CurrentPipeline = Pick<PipelineRow, "name" | "version" | "created" | "updated"> & {
  readonly declaration: string;
};

/** The given pipelines with the declaration of their current version, in no order. */
export async function currentPipelines(db: Reader, ids: readonly string[]): Promise<CurrentPipeline[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom("pipeline")
    .innerJoin("pipeline_version", (join) =>
      join
        .onRef("pipeline_version.pipeline_id", "=", "pipeline.id")
        .onRef("pipeline_version.version", "=", "pipeline.version"),
    )
    .select(["name", "pipeline.version", "created", "updated", "declaration"])
    .where("pipeline.id", "in", ids)
    .execute();
}

/** How many pipelines of the scope have a source that polls, besides the one of that name (§8). */
export async function countPollingPipelines(db: Reader, scope: Scope, besides: string): Promise<number> {
  const row = await db
    .selectFrom("source_binding")
    .innerJoin("pipeline", "pipeline.id", "source_binding.pipeline_id")
    .select((eb) => eb.fn.count<number>("source_binding.pipeline_id").distinct().as("count"))
    .where("source_binding.account", "=", scope.account)
    .where("source_binding.region", "=", scope.region)
    .where("polls", "=", 1)
    .where("pipeline.name", "!=", besides)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** The accounts that have pipelines, in order. One look at the index for each. */
export async function accountsWithPipelines(db: Reader): Promise<string[]> {
  const accounts: string[] = [];
  for (;;) {
    const { account } = await db
      .selectFrom("pipeline")
      .select((eb) => eb.fn.min<string | null>("account").as("account"))
      .where("account", ">", accounts.at(-1) ?? "")
      .executeTakeFirstOrThrow();
    if (account === null) return accounts;
    accounts.push(account);
  }
}
