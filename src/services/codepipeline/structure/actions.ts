/** The checks of one action after the other, in declaration order (api.md §5.3). */
import { checkKind, checkV2Only } from "./action-type.ts";
import { checkApproval } from "./approval.ts";
import { checkArtifactCounts, checkArtifactNames, checkInputs } from "./artifacts.ts";
import { type ActionCheck, type Check, first, placesOf, type TypedActionCheck } from "./check.ts";
import { checkCodeBuild } from "./codebuild.ts";
import { checkCommands } from "./commands.ts";
import {
  checkKnownKeys,
  checkQueryableValue,
  checkRequiredKeys,
  checkSecrets,
  checkValues,
} from "./configuration.ts";
import { checkDeployToS3 } from "./deploy-s3.ts";
import { checkNames, checkNamespaces } from "./names.ts";
import { checkNestedPipeline } from "./nested-pipeline.ts";
import { checkReferences } from "./references.ts";
import { checkRegion } from "./region.ts";
import { checkSourceNames } from "./source-names.ts";

const CHECKS: readonly TypedActionCheck[] = [
  checkNames,
  checkRequiredKeys,
  checkKnownKeys,
  checkArtifactCounts,
  checkInputs,
  checkArtifactNames,
  checkNamespaces,
  checkReferences,
  checkV2Only,
  checkCommands,
  checkApproval,
  checkQueryableValue,
  checkSecrets,
  checkRegion,
  checkCodeBuild,
  checkValues,
  checkSourceNames,
  checkDeployToS3,
  checkNestedPipeline,
];

export const checkActions: Check = (subject) =>
  first(
    placesOf(subject.declaration)
      .values()
      .map((place) => checkAction(place, subject)),
  );

const checkAction: ActionCheck = (place, subject) => {
  const type = subject.types.find(place.action.actionTypeId);
  const unusable = checkKind(place, type, subject);
  if (unusable !== undefined || type === undefined) return unusable;
  return first(CHECKS.values().map((check) => check(place, type, subject)));
};
