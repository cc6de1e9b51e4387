/** The store as the rest of `core/` sees it: one schema on two databases. */
import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { Announcements } from "./announcements.ts";
import type { BuildTables } from "./tables/builds.ts";
import type { CommandTables } from "./tables/commands.ts";
import type { CommitStatusTables } from "./tables/commit-statuses.ts";
import type { ConnectionTables } from "./tables/connections.ts";
import type { CopyTables } from "./tables/copies.ts";
import type { EventTables } from "./tables/events.ts";
import type { InstallationTables } from "./tables/installation.ts";
import type { JobTables } from "./tables/jobs.ts";
import type { LogTables } from "./tables/logs.ts";
import type { NotificationTables } from "./tables/notifications.ts";
import type { ObjectTables } from "./tables/objects.ts";
import type { PipelineTables } from "./tables/pipelines.ts";
import type { RepositoryTables } from "./tables/repositories.ts";
import type { SecretTables } from "./tables/secrets.ts";
import type { SourcePollTables } from "./tables/source-polls.ts";
import type { UserTables } from "./tables/users.ts";
import type { WebhookTables } from "./tables/webhooks.ts";

export interface Database
  extends PipelineTables,
    JobTables,
    InstallationTables,
    ObjectTables,
    RepositoryTables,
    BuildTables,
    SecretTables,
    UserTables,
    LogTables,
    NotificationTables,
    ConnectionTables,
    CommitStatusTables,
    CopyTables,
    EventTables,
    SourcePollTables,
    CommandTables,
    WebhookTables {}

export type Tx = KyselyTransaction<Database>;
/** Accepts a transaction or the committed state. */
export type Reader = Kysely<Database> | Tx;

/**
 * SQLite's answers are there at once, without a promise; `await` takes either. What answers so may throw at once, too:
 * call it where that rejects.
 */
export type Soon<T> = T | Promise<T>;

export interface Store extends Announcements {
  readonly dialect: "sqlite" | "postgres";
  /** Reads outside of any command; sees committed rows only. */
  readonly read: Kysely<Database>;
  /**
   * Runs `work` and commits; resolves once the commit is durable, rejects with what `work` threw, nothing kept.
   * On SQLite, transactions that arrive together share one commit; they never overlap. `work` must await only its own
   * queries: another's transaction may wait for it. It may run more than once, whatever it had changed undone before: on
   * SQLite when another of the same commit fails, on PostgreSQL when the database asks for it.
   */
  transaction<T>(work: (tx: Tx) => Soon<T>): Promise<T>;
  close(): Promise<void>;
}
