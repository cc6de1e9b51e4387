/** What a declaration needs outside of itself (api.md §4.4, §8). */
import { findBucket } from "../../core/store/buckets.ts";
import { countPollingPipelines } from "../../core/store/queries/pipelines.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { defaultBucket, sourceBindings } from "./compile.ts";
import { checkConnections, type PlannedConnection } from "./connections.ts";
import type { Declaration } from "./declaration.ts";
import { validation } from "./errors.ts";

/** A bucket that will be made. */
export interface PlannedBucket {
  readonly name: string;
  readonly region: string;
}

/** What will be there before the declaration is stored. */
interface Planned {
  readonly buckets: readonly PlannedBucket[];
  readonly connections: readonly PlannedConnection[];
}

/**
 * Its connections and artifact buckets are there, these in their regions (the built-in one is made), and one more pipeline may poll if it does.
 *
 * @throws InvalidActionDeclarationException, ValidationException, LimitExceededException
 */
export async function checkSurroundings(call: Call, declaration: Declaration): Promise<void> {
  await findSurroundings(call, declaration);
  if (storesOf(declaration, call.scope.region).length === 0) {
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
  for (const store of storesOf(declaration, call.scope.region)) {
    await checkBucket(call, store, planned.buckets);
  }
  if (sourceBindings(declaration).some(({ polls }) => polls)) await checkPolling(call, declaration.name);
}

/** An artifact bucket, and the region whose actions keep their artifacts in it. */
interface Store {
  readonly bucket: string;
  readonly region: string;
}

function storesOf({ artifactStore, artifactStores }: Declaration, own: string): Store[] {
  const stores = artifactStores ?? (artifactStore && { [own]: artifactStore }) ?? {};
  return Object.entries(stores).map(([region, { location }]) => ({ bucket: location, region }));
}

async function checkBucket(
  { core, scope }: Call,
  { bucket: name, region }: Store,
  planned: Planned["buckets"],
): Promise<void> {
  const stored = await findBucket(core.store.read, name);
  const bucket = stored?.account === scope.account ? stored : planned.find((one) => one.name === name);
  const refuse = (why: string) =>
    validation(`An error occurred while validating the artifact bucket ${name}. ${why}`);
  if (bucket === undefined) {
    throw refuse(
      "There is no such bucket in this server's artifact store: create it, or leave the artifact store out to use the built-in one.",
    );
  }
  if (bucket.region !== region) {
    throw refuse(
      `The bucket is in region ${bucket.region}, and its artifacts would be those of actions in ${region}: name a bucket of that region.`,
    );
  }
}

async function checkPolling({ core, scope }: Call, name: string): Promise<void> {
  const others = await countPollingPipelines(core.store.read, scope, name);
  if (others < core.settings.quotas.pollingPipelines) return;
  throw new AwsError(
    "LimitExceededException",
    `The account has ${others} pipelines whose sources poll for changes, the most that are allowed. Set PollForSourceChanges to false.`,
  );
}
