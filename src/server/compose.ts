/** The rooms of core/, each made with what it works with: read from top to bottom, nothing reaches back up. */
import type { Access } from "../core/access/types.ts";
import { createArtifacts, type ObjectStore } from "../core/artifacts/index.ts";
import { createBuilds } from "../core/builds/index.ts";
import { createCatalogue, type SettingValues } from "../core/catalogue.ts";
import { createCommands } from "../core/commands/index.ts";
import {
  createConnections,
  createPathComparer,
  type PathComparer,
  type Preset,
} from "../core/connections/index.ts";
import type { Core, CoreSettings } from "../core/core.ts";
import { createEvents } from "../core/events/index.ts";
import { createExplain } from "../core/explain/index.ts";
import { createGitHub } from "../core/github/index.ts";
import { createJobs } from "../core/jobs/index.ts";
import { createLogs } from "../core/logs/index.ts";
import type { Partner } from "../core/partners.ts";
import { createRepositories } from "../core/repositories/index.ts";
import type { Ambient } from "../core/scope.ts";
import { createOutsideSecrets, createSecrets } from "../core/secrets/index.ts";
import { createSources } from "../core/sources/index.ts";
import type { Store } from "../core/store/store.ts";
import { createConnectionHooks, createWebhooks } from "../core/webhooks/index.ts";
import { declarations, ruleDeclarations } from "../worker/index.ts";
import { type Outgoing, publicInternet } from "./outgoing-settings.ts";

export interface Foundation {
  readonly ambient: Ambient;
  readonly store: Store;
  readonly access: Access;
  readonly settings: CoreSettings;
  readonly partners?: readonly Partner[];
  /** Days for which deliveries to webhooks are known. Default 30 (S1.33). */
  readonly replayDays?: number;
  /** Absent: nothing is set. */
  readonly operator?: SettingValues;
  /** GitHub's API, and what may be reached besides the public internet. Default: the public one, and nothing. */
  readonly outgoing?: Outgoing;
  /** Tokens for connections of the default account that are yet to be made (S7.2). */
  readonly presets?: readonly Preset[];
  /** Told why the paths that a change touched aren't known. */
  readonly onComparisonFailure?: (error: unknown) => void;
}

/** @returns the rooms, the whole of the object store, which only services/s3 works with, and what is to be closed */
export async function composeCore(
  foundation: Foundation,
): Promise<Core & { readonly artifacts: ObjectStore; readonly comparer: PathComparer }> {
  const {
    ambient,
    store,
    access,
    settings,
    operator,
    partners,
    replayDays = 30,
    outgoing = publicInternet,
    presets = [],
    onComparisonFailure = () => undefined,
  } = foundation;
  const { dataDir, maxConcurrentExecutions } = settings;
  const catalogue = createCatalogue(declarations, { rules: ruleDeclarations, partners, settings: operator });
  const commands = createCommands({
    store,
    ambient,
    catalogue,
    maxConcurrentExecutions,
    maxPipelines: settings.quotas.pipelines,
  });
  const sources = createSources({ commands, ambient });
  const repositories = await createRepositories({
    store,
    ambient,
    dataDir,
    branchMoved: sources.branchMoved,
  });
  const { keepCommit } = repositories;
  const logs = createLogs(store);
  const builds = createBuilds({ store, ambient, note: logs.note });
  const { workerLost } = builds;
  const jobs = createJobs({ store, ambient, access, commands, catalogue, workerLost, keepCommit });
  const artifacts = createArtifacts({ store, dataDir, ambient });
  const events = createEvents({ store, access, catalogue });
  const explain = createExplain({ store, ambient, maxConcurrentExecutions });
  const connections = createConnections({
    store,
    ambient,
    access,
    most: { connections: settings.quotas.connections, hosts: settings.quotas.connectionHosts },
    presets,
    presetAccount: settings.defaultAccount,
    reach: outgoing,
    gitHubUrl: outgoing.gitHubUrl,
    allowOutgoing: settings.allowOutgoing,
  });
  const secrets = createSecrets({
    store,
    ambient,
    access,
    ...(operator !== undefined && {
      outside: createOutsideSecrets({
        settings: operator,
        way: outgoing.way,
        account: settings.defaultAccount,
      }),
    }),
  });
  const webhooks = createWebhooks({
    store,
    ambient,
    access,
    commands,
    replayDays,
    publicUrl: settings.publicUrl,
    gitHub: createGitHub(outgoing),
  });
  const comparer = createPathComparer({
    connections,
    folder: dataDir,
    way: outgoing.way,
    onFailure: onComparisonFailure,
  });
  const connectionHooks = createConnectionHooks({
    store,
    ambient,
    access,
    commands,
    replayDays,
    comparer,
  });
  return {
    ambient,
    store,
    access,
    settings,
    catalogue,
    commands,
    jobs,
    sources,
    repositories,
    artifacts,
    logs,
    events,
    explain,
    builds,
    connections,
    secrets,
    webhooks,
    connectionHooks,
    comparer,
  };
}
