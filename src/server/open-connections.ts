/** The connections of an installation, opened by an administrator's command. */
import {
  allConnections,
  arnGiven,
  ConnectionError,
  createCompletion,
  parseArn,
} from "../core/connections/index.ts";
import type { Completion, Connection, Credential } from "../core/connections/types.ts";
import type { Scope } from "../core/scope.ts";
import { type Installation, openInstallation } from "./open-installation.ts";
import { outgoingSettings } from "./outgoing-settings.ts";

export type { Connection } from "../core/connections/types.ts";

export interface OpenedConnections extends AsyncDisposable {
  list(scope: Scope): Promise<readonly Connection[]>;
  /** @param given an ARN, or a name where no other connection has it @throws ConnectionError */
  complete(scope: Scope, given: string, credential: Credential): ReturnType<Completion["complete"]>;
  /** @param arn of a host @throws ConnectionError */
  completeHost(arn: string): Promise<void>;
}

/** Where its own requests may go, as servers are told it. */
export interface CommandReach {
  readonly allowOutgoing: readonly string[];
  readonly gitHubApiUrl?: string;
}

/** @throws as openInstallation, ConfigurationError */
export async function openConnections(
  installation: Installation,
  { allowOutgoing, gitHubApiUrl }: CommandReach,
): Promise<OpenedConnections> {
  const reach = outgoingSettings(
    allowOutgoing,
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
    async completeHost(arn) {
      const named = parseArn(arn);
      if (named === undefined) throw new ConnectionError("notFound", `${arn} is not the ARN of a host`);
      await completion.completeHost(named.scope, arn);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}
