/** Which pipelines a change in a source concerns (S6.15, S8.1). */
import type { Scope } from "../scope.ts";
import type { Reader } from "./store.ts";

export interface Watcher {
  readonly pipelineId: string;
  readonly pipelineName: string;
  readonly action: string;
  /** PollForSourceChanges is on. */
  readonly polls: boolean;
  /** When the pipeline was updated last. */
  readonly updated: number;
}

/** A source action of a connection, and what of its repository's changes it is for. */
export interface ConnectionWatcher extends Pick<Watcher, "pipelineId" | "pipelineName" | "action"> {
  /** ConnectionTrigger as JSON. */
  readonly trigger: string;
  /** As the pipeline spells it. */
  readonly repository: string;
}

/**
 * The source actions of current pipeline versions, of any region, that name this connection's repository.
 * @param container the connection's region, its id and the repository
 */
export async function connectionWatchersOf(
  db: Reader,
  account: string,
  container: string,
): Promise<ConnectionWatcher[]> {
  const rows = await db
    .selectFrom("source_binding")
    .innerJoin("pipeline", "pipeline.id", "source_binding.pipeline_id")
    .select([
      "pipeline.id",
      "pipeline.name",
      "source_binding.action",
      "source_binding.item",
      "source_binding.trigger",
    ])
    .where("source_binding.account", "=", account)
    .where("source_binding.provider", "=", "Connection")
    .where("source_binding.container", "=", container)
    // In one order, so that of two deliveries at once neither waits for the other for ever.
    .orderBy("pipeline.id")
    .orderBy("source_binding.action")
    .execute();
  return rows.flatMap(({ id, name, action, item: repository, trigger }) =>
    trigger === null ? [] : [{ pipelineId: id, pipelineName: name, action, repository, trigger }],
  );
}

/** `container` is the repository or bucket, `item` the branch or object key. */
export interface ChangedSource {
  readonly provider: "CodeCommit" | "S3";
  readonly container: string;
  readonly item: string;
}

/** The source actions of current pipeline versions that name this branch or object, each exactly. */
export async function watchersOf(
  db: Reader,
  { account, region }: Scope,
  source: ChangedSource,
): Promise<Watcher[]> {
  const rows = await db
    .selectFrom("source_binding")
    .innerJoin("pipeline", "pipeline.id", "source_binding.pipeline_id")
    .select([
      "pipeline.id",
      "pipeline.name",
      "pipeline.updated",
      "source_binding.action",
      "source_binding.polls",
    ])
    .where("source_binding.account", "=", account)
    .where("source_binding.region", "=", region)
    .where("source_binding.provider", "=", source.provider)
    .where("source_binding.container", "=", source.container)
    .where("source_binding.item", "=", source.item)
    .orderBy("pipeline.name")
    .orderBy("source_binding.action")
    .execute();
  return rows.map(({ id, name, updated, action, polls }) => ({
    pipelineId: id,
    pipelineName: name,
    action,
    polls: polls === 1,
    updated,
  }));
}
