/** What a declaration needs outside of itself (api.md §4.4, §8). */
import { findBucket } from "../../core/store/buckets.ts";
import { countPollingPipelines } from "../../core/store/queries/pipelines.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { defaultBucket, sourceBindings } from "./compile.ts";
import { checkConnections, type PlannedConnection } from "./connections.ts";
import type { Declaration } from "./declaration.ts";
import { validation } from "./errors.ts";

/** What will be there before the declaration is stored. */
interface Planned {
  /** Names. */
  readonly buckets: readonly string[];
  readonly connections: readonly PlannedConnection[];
}

/**
 * Its connections and artifact buckets are there (the built-in one is made), and one more pipeline may poll if it does.
 *
 * @throws InvalidActionDeclarationException, ValidationException, LimitExceededException
 */
export async function checkSurroundings(call: Call, declaration: Declaration): Promise<void> {
  await findSurroundings(call, declaration);
  if (bucketsOf(declaration).length === 0) {
    await call.core.artifacts.ensureBucket({
      name: defaultBucket(call.scope),
      ...call.scope,
      versioned: true,
    });
  }
}

/**
 * The same, without making anything.
 *
 * @throws InvalidActionDeclarationException, ValidationException, LimitExceededException
 */
export async function findSurroundings(
  call: Call,
  declaration: Declaration,
  planned: Planned = { buckets: [], connections: [] },
): Promise<void> {
  await checkConnections(call, declaration, planned.connections);
  for (const bucket of bucketsOf(declaration)) {
    if (!planned.buckets.includes(bucket)) await checkBucket(call, bucket);
  }
  if (sourceBindings(declaration).some(({ polls }) => polls)) await checkPolling(call, declaration.name);
}

function bucketsOf({ artifactStore, artifactStores }: Declaration): string[] {
  const stores = artifactStores ? Object.values(artifactStores) : artifactStore ? [artifactStore] : [];
  return stores.map(({ location }) => location);
}

async function checkBucket({ core, scope }: Call, name: string): Promise<void> {
  const bucket = await findBucket(core.store.read, name);
  if (bucket?.account === scope.account) return;
  throw validation(
    `An error occurred while validating the artifact bucket ${name}. There is no such bucket in this server's artifact store: create it, or leave the artifact store out to use the built-in one.`,
  );
}

async function checkPolling({ core, scope }: Call, name: string): Promise<void> {
  const others = await countPollingPipelines(core.store.read, scope, name);
  if (others < core.settings.quotas.pollingPipelines) return;
  throw new AwsError(
    "LimitExceededException",
    `The account has ${others} pipelines whose sources poll for changes, the most that are allowed. Set PollForSourceChanges to false.`,
  );
}
