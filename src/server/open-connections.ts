/** The connections of an installation, opened by an administrator's command. */
import {
  allConnections,
  arnGiven,
  ConnectionError,
  createCompletion,
  openConnection,
  parseArn,
  registerHook,
} from "../core/connections/index.ts";
import type { Completion, Connection, Credential } from "../core/connections/types.ts";
import type { Scope } from "../core/scope.ts";
import { hookAddress, hookSecret } from "../core/webhooks/index.ts";
import type { HookAddress } from "../core/webhooks/types.ts";
import { findLocalServer } from "./local-server.ts";
import { type Installation, openInstallation } from "./open-installation.ts";
import { type OutgoingOptions, outgoingSettings } from "./outgoing-settings.ts";

export type { Connection } from "../core/connections/types.ts";

export interface OpenedConnections extends AsyncDisposable {
  list(scope: Scope): Promise<readonly Connection[]>;
  /** @param given an ARN, or a name where no other connection has it @throws ConnectionError */
  complete(scope: Scope, given: string, credential: Credential): ReturnType<Completion["complete"]>;
  /**
   * The address that the connection's host is to tell of changes; its secret when it is new (S7.6).
   * @param publicUrl default: that of the server that runs on the data directory
   * @throws ConnectionError, Error where no URL is known
   */
  webhook(scope: Scope, given: string, options: WebhookOptions): Promise<HookAddress>;
  /**
   * Has the host tell that address of changes in these repositories, by the connection's own token (S7.6).
   * @param publicUrl as for `webhook`, which was called before: a secret that is made here isn't told
   * @throws ConnectionError, Error where no URL is known
   */
  register(
    scope: Scope,
    given: string,
    repositories: readonly string[],
    publicUrl: string | undefined,
  ): Promise<void>;
  /** @param arn of a host @throws ConnectionError */
  completeHost(arn: string): Promise<void>;
}

export interface WebhookOptions {
  readonly renews: boolean;
  readonly publicUrl: string | undefined;
}

/** Where its own requests may go, as servers are told it. */
export interface CommandReach extends OutgoingOptions {
  readonly gitHubApiUrl?: string;
}

/** @throws as openInstallation, ConfigurationError */
export async function openConnections(
  installation: Installation,
  { gitHubApiUrl, ...options }: CommandReach,
): Promise<OpenedConnections> {
  const reach = outgoingSettings(
    options,
    gitHubApiUrl === undefined ? {} : { apiUrl: gitHubApiUrl.replace(/\/+$/, "") },
  );
  const opened = await openInstallation(installation);
  const { store } = opened;
  const completion = createCompletion(opened, reach);
  return {
    list: (scope) => allConnections(store.read, scope),
    async complete(scope, given, credential) {
      const found = await arnGiven(store.read, scope, given);
      return completion.complete(found.scope, found.arn, credential);
    },
    async webhook(scope, given, { renews, publicUrl }) {
      const { arn } = await arnGiven(store.read, scope, given);
      return hookAddress(opened, arn, renews, await baseOf(publicUrl));
    },

    async register(scope, given, repositories, publicUrl) {
      const { arn, scope: place } = await arnGiven(store.read, scope, given);
      const connection = await openConnection(opened, place.account, arn);
      const address = await hookAddress(opened, arn, false, await baseOf(publicUrl));
      const hook = { ...address, secret: await hookSecret(opened, arn) };
      for (const repository of repositories) await registerHook(reach, connection, repository, hook);
    },

    async completeHost(arn) {
      const named = parseArn(arn);
      if (named === undefined) throw new ConnectionError("notFound", `${arn} is not the ARN of a host`);
      await completion.completeHost(named.scope, arn);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };

  /** Where hosts reach the server, without a trailing slash. */
  async function baseOf(publicUrl: string | undefined): Promise<string> {
    const base = publicUrl ?? (await findLocalServer(installation.dataDir))?.url;
    if (base === undefined)
      throw new Error("no server runs on this data directory: give --public-url, where hosts reach it");
    return base.replace(/\/+$/, "");
  }
}
