/** Source revision overrides of a start (api.md §11). */
import type { SourceRevisionOverride } from "@aws-sdk/client-codepipeline";
import type { SourceRevision } from "../../core/engine/index.ts";
import type { Checked } from "./checked.ts";
import type { Action, Declaration } from "./declaration.ts";
import { validation } from "./errors.ts";
import { own } from "./own.ts";
import { firstRepeated } from "./structure/check.ts";

type Override = Checked<SourceRevisionOverride>;

/** Which override a source of a provider takes; S3 object keys need the action's own permission besides. */
const TYPES: Readonly<Record<string, readonly Override["revisionType"][]>> = {
  CodeCommit: ["COMMIT_ID"],
  CodeStarSourceConnection: ["COMMIT_ID"],
  GitHub: ["COMMIT_ID"],
  ECR: ["IMAGE_DIGEST"],
  S3: ["S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY"],
};

/** The revisions by source action. @throws ValidationException */
export function overriddenRevisions(
  declaration: Declaration,
  overrides: readonly Override[],
): Record<string, SourceRevision> {
  if (overrides.length > 0 && declaration.pipelineType === "V1") {
    throw validation("Source revision overrides can only be used with V2 pipelines.");
  }
  const repeated = firstRepeated(
    overrides,
    ({ actionName, revisionType }) => `${actionName}/${revisionType}`,
  );
  if (repeated !== undefined) {
    throw validation(
      `The revision type ${repeated.revisionType} was given more than once for the source action '${repeated.actionName}'.`,
    );
  }
  const revisions = new Map<string, SourceRevision>();
  for (const override of overrides) {
    checkOverride(declaration, override);
    revisions.set(override.actionName, { ...revisions.get(override.actionName), ...revisionOf(override) });
  }
  return Object.fromEntries(revisions);
}

function checkOverride(declaration: Declaration, { actionName, revisionType }: Override): void {
  const action = declaration.stages[0]?.actions.find(({ name }) => name === actionName);
  if (action === undefined) {
    throw validation(
      `The pipeline '${declaration.name}' does not have a source action named '${actionName}'.`,
    );
  }
  const { provider } = action.actionTypeId;
  const types = own(TYPES, provider) ?? [];
  if (!types.includes(revisionType)) {
    const allowed = types.length > 0 ? `It takes ${types.join(", ")}` : "It takes no overrides";
    throw validation(
      `The revision type ${revisionType} cannot be used with the source action '${actionName}' of provider ${provider}. ${allowed}.`,
    );
  }
  if (revisionType === "S3_OBJECT_KEY" && !allowsKeyOverride(action)) {
    throw validation(
      `The source action '${actionName}' does not allow its object key to be overridden. Set AllowOverrideForS3ObjectKey to true in its configuration.`,
    );
  }
}

function allowsKeyOverride({ configuration }: Action): boolean {
  return configuration.AllowOverrideForS3ObjectKey?.toLowerCase() === "true";
}

function revisionOf({ revisionType, revisionValue }: Override): SourceRevision {
  return revisionType === "S3_OBJECT_KEY" ? { objectKey: revisionValue } : { revisionId: revisionValue };
}
