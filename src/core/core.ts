/** Everything that `services/` works with: one object per room of core/, made by server/ at start. */
import type { Access } from "./access/types.ts";
import type { Artifacts } from "./artifacts/types.ts";
import type { Builds } from "./builds/types.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Commands } from "./commands/types.ts";
import type { Connections } from "./connections/types.ts";
import type { Events } from "./events/types.ts";
import type { Explain } from "./explain/types.ts";
import type { Jobs } from "./jobs/types.ts";
import type { Logs } from "./logs/types.ts";
import type { Quotas } from "./quotas.ts";
import type { Repositories } from "./repositories/types.ts";
import type { Ambient } from "./scope.ts";
import type { Secrets } from "./secrets/types.ts";
import type { Sources } from "./sources/types.ts";
import type { Store } from "./store/store.ts";
import type { ConnectionHooks, Webhooks } from "./webhooks/types.ts";

export interface Core {
  readonly ambient: Ambient;
  readonly store: Store;
  readonly access: Access;
  readonly commands: Commands;
  readonly jobs: Jobs;
  readonly artifacts: Artifacts;
  readonly logs: Logs;
  readonly events: Events;
  readonly explain: Explain;
  readonly builds: Builds;
  readonly connections: Connections;
  readonly secrets: Secrets;
  readonly repositories: Repositories;
  readonly sources: Sources;
  readonly webhooks: Webhooks;
  /** Of connections. */
  readonly connectionHooks: ConnectionHooks;
  readonly catalogue: Catalogue;
  readonly settings: CoreSettings;
}

export interface CoreSettings {
  /** Public base URL without a trailing slash. */
  publicUrl(): string;
  readonly dataDir: string;
  readonly defaultAccount: string;
  readonly defaultRegion: string;
  readonly maxConcurrentExecutions: number;
  /** What may be reached besides the public internet, as the operator wrote it (S9.4). */
  readonly allowOutgoing: readonly string[];
  readonly quotas: Quotas;
}
