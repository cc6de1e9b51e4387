/** From a given declaration to what the store keeps of it: normalised, checked, sealed, compiled (§4 to §6). */
import type { NewVersion } from "../../core/commands/types.ts";
import { findBucket } from "../../core/store/buckets.ts";
import { countPollingPipelines } from "../../core/store/queries/pipelines.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { compile, defaultBucket, sourceBindings } from "./compile.ts";
import type { Declaration, GivenDeclaration } from "./declaration.ts";
import { validation } from "./errors.ts";
import { type KnownActionTypes, knownActionTypes } from "./known-action-types.ts";
import { normalize } from "./normalize.ts";
import { keepSecrets, sealSecrets } from "./secrets.ts";
import { checkStructure } from "./structure/index.ts";

const MOST_POLLING_PIPELINES = 300;

export interface Draft {
  readonly declaration: Declaration;
  readonly version: NewVersion;
}

/** Makes drafts of the caller's declarations, with the action types as they are now. */
export async function drafting(
  call: Call,
): Promise<(given: GivenDeclaration, stored?: Declaration) => Draft> {
  const types = await knownActionTypes(call, "without deleted");
  return (given, stored) => draft(call, types, given, stored);
}

/**
 * @param stored the version that this one replaces
 * @throws the first finding of the structure checks
 */
function draft(call: Call, types: KnownActionTypes, given: GivenDeclaration, stored?: Declaration): Draft {
  const normalized = normalize(given, stored?.pipelineType);
  const open = stored === undefined ? normalized : keepSecrets(normalized, stored, types);
  checkStructure({ declaration: open, scope: call.scope, types });
  const declaration = sealSecrets(open, types, call.core.access);
  return { declaration, version: compile(declaration, call.scope, types) };
}

/**
 * What must be there outside of the declaration: its artifact buckets, and room for one more pipeline that polls.
 *
 * @throws ValidationException, LimitExceededException
 */
export async function checkSurroundings(call: Call, declaration: Declaration): Promise<void> {
  const { artifactStore, artifactStores } = declaration;
  const stores = artifactStores ? Object.values(artifactStores) : artifactStore ? [artifactStore] : [];
  for (const { location } of stores) {
    const bucket = await findBucket(call.core.store.read, location);
    if (bucket?.account !== call.scope.account) {
      throw validation(
        `An error occurred while validating the artifact bucket ${location}. There is no such bucket in this server's artifact store: create it, or leave the artifact store out to use the built-in one.`,
      );
    }
  }
  if (stores.length === 0) {
    await call.core.artifacts.ensureBucket({
      name: defaultBucket(call.scope),
      ...call.scope,
      versioned: true,
    });
  }
  if (sourceBindings(declaration).some(({ polls }) => polls)) await checkPolling(call, declaration.name);
}

async function checkPolling(call: Call, name: string): Promise<void> {
  const others = await countPollingPipelines(call.core.store.read, call.scope, name);
  if (others < MOST_POLLING_PIPELINES) return;
  throw new AwsError(
    "LimitExceededException",
    `The account has ${others} pipelines whose sources poll for changes, the most that are allowed. Set PollForSourceChanges to false.`,
  );
}
