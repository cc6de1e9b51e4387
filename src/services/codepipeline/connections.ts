/** The connections that a declaration's sources fetch by (S7.3, P1.26). */
import { parseArn, spellingsOf } from "../../core/connections/index.ts";
import { fetchesByConnection } from "../../core/fetches-by-connection.ts";
import { findConnectionRow } from "../../core/store/connections.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import type { OperationNeed } from "../aws-json/authorization.ts";
import type { Call } from "../aws-json/operation.ts";
import { hasReference } from "./structure/configuration.ts";
import { invalidAction, invalidStructure } from "./structure/findings.ts";

interface Declared {
  readonly stages: readonly { readonly actions: readonly DeclaredAction[] }[];
  readonly triggers?: readonly {
    readonly gitConfiguration: {
      readonly sourceActionName: string;
      readonly pullRequest?: readonly object[];
    };
  }[];
}

/** One that will be there before the declaration is stored. */
export interface PlannedConnection {
  readonly arn: string;
  /** Absent where its host tells. */
  readonly providerType?: string;
}

interface DeclaredAction {
  readonly name: string;
  readonly actionTypeId: { readonly category: string; readonly owner: string; readonly provider: string };
  readonly configuration?: Readonly<Record<string, string>>;
}

/** What whoever declares the pipeline must be allowed: to use each of its connections. */
export function useOfConnections(pipeline: Declared, { core }: Call): OperationNeed[] {
  return actionsOf(pipeline).map(({ configuration = {} }) => {
    const { ConnectionArn = "", FullRepositoryId, BranchName } = configuration;
    const named = parseArn(ConnectionArn);
    const [canonical, ...others] = named === undefined ? [ConnectionArn] : spellingsOf(named);
    return {
      action: "codestar-connections:UseConnection",
      otherActions: ["codeconnections:UseConnection"],
      resource: ConnectionArn,
      spellings: () => [canonical, ...others],
      resourceTags: () => tagsByKey(core.store.read, canonical),
      keys: keysOf({ FullRepositoryId, BranchName }),
      // One that can't be found is told so, in words of its own.
      ofAnyAccount: true,
    };
  });
}

/**
 * @throws InvalidActionDeclarationException, InvalidStructureException
 */
export async function checkConnections(
  { core, scope }: Call,
  pipeline: Declared,
  planned: readonly PlannedConnection[] = [],
): Promise<void> {
  for (const { name, configuration = {} } of actionsOf(pipeline)) {
    const { ConnectionArn: arn = "" } = configuration;
    // Nobody could tell whether whoever declares it may use a connection that is chosen when it runs.
    if (hasReference(arn))
      throw invalidAction(
        `ConnectionArn in action '${name}' must name the connection itself, without references: '${arn}'`,
      );
    const plan = planned.find((one) => one.arn === arn);
    const named = parseArn(arn);
    const isOwn = named?.kind === "connection" && named.scope.account === scope.account;
    const row = isOwn ? await findConnectionRow(core.store.read, named.scope, named.id) : undefined;
    if (row === undefined && plan === undefined)
      throw invalidAction(`Connection ${arn} in action '${name}' could not be found`);
    checkTriggers(pipeline, name, row?.provider_type ?? plan?.providerType);
  }
}

/** Looking at a repository shows branches and tags alone. @throws InvalidStructureException */
function checkTriggers({ triggers = [] }: Declared, action: string, providerType: string | undefined): void {
  const git = triggers.find(({ gitConfiguration }) => gitConfiguration.sourceActionName === action);
  if (providerType === "Git" && (git?.gitConfiguration.pullRequest ?? []).length > 0)
    throw invalidStructure(
      `Plain git knows no pull requests: leave pullRequest out of the trigger for action '${action}'.`,
    );
}

function actionsOf({ stages }: Declared): readonly DeclaredAction[] {
  return stages
    .flatMap(({ actions }) => actions)
    .filter(({ actionTypeId }) => fetchesByConnection(actionTypeId));
}

/** Condition keys by either spelling of the service. */
function keysOf(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [
            [`codestar-connections:${key}`, value],
            [`codeconnections:${key}`, value],
          ],
    ),
  );
}
