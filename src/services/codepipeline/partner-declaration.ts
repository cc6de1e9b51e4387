/** What a partner's action type may not say (api.md §14, UpdateActionType). */
import * as schemas from "@aws-sdk/client-codepipeline";
import { NormalizedSchema } from "@smithy/core/schema";
import type { PartnerDeclaration } from "../../core/partners.ts";
import type { ConstraintTable } from "../aws-json/constraints.ts";
import { compileDecoder } from "../aws-json/decode.ts";
import { compileValidator } from "../aws-json/validate.ts";
import type { Checked } from "./checked.ts";
import constraints from "./constraints.json" with { type: "json" };
import { checkCounts, checkProperties, checkTemplates } from "./custom-action-type.ts";
import { validation } from "./errors.ts";

type Declaration = Checked<schemas.ActionTypeDeclaration>;

/** A Lambda function runs no longer than that, in seconds. */
const LONGEST_FUNCTION = 900;

/** A declaration out of plain JSON values. @throws AwsError, as UpdateActionType would */
export function readPartnerDeclaration(value: unknown): PartnerDeclaration {
  const declaration = compileDecoder(NormalizedSchema.of(schemas.ActionTypeDeclaration$))(value);
  compileValidator(constraints as ConstraintTable, "ActionTypeDeclaration")(declaration);
  checkPartnerDeclaration(declaration as Declaration);
  return declaration as Declaration;
}

/** @throws ValidationException */
export function checkPartnerDeclaration(declaration: Declaration): void {
  const { executor, inputArtifactDetails, outputArtifactDetails, urls } = declaration;
  checkExecutor(executor);
  checkCounts(inputArtifactDetails);
  checkCounts(outputArtifactDetails);
  const properties = (declaration.properties ?? []).map(({ name, optional, noEcho, queryable = false }) => ({
    name,
    required: !optional,
    secret: noEcho,
    queryable,
  }));
  checkProperties(properties);
  const { configurationUrl: _, ...templates } = urls ?? {};
  checkTemplates(Object.values(templates), properties);
}

/** A pipeline that leaves a property out must stay valid. @throws ValidationException */
export function checkReplaces(present: PartnerDeclaration, next: PartnerDeclaration): void {
  const optional = new Set(present.properties?.filter((one) => one.optional).map(({ name }) => name));
  const tightened = next.properties?.find(({ name, optional: still }) => !still && optional.has(name));
  if (tightened === undefined) return;
  throw validation(
    `The property '${tightened.name}' is optional and cannot become required. Leave it optional, or make a new version of the action type.`,
  );
}

function checkExecutor({ type, configuration, jobTimeout }: Declaration["executor"]): void {
  const given = {
    Lambda: configuration.lambdaExecutorConfiguration !== undefined,
    JobWorker: configuration.jobWorkerExecutorConfiguration !== undefined,
  };
  const other = type === "Lambda" ? "JobWorker" : "Lambda";
  if (!given[type] || given[other]) {
    const members = { Lambda: "lambdaExecutorConfiguration", JobWorker: "jobWorkerExecutorConfiguration" };
    throw validation(
      `An executor of type ${type} needs the configuration ${members[type]}, and no other. Type and configuration must agree.`,
    );
  }
  if (type === "Lambda" && jobTimeout !== undefined && jobTimeout > LONGEST_FUNCTION) {
    throw validation(
      `The jobTimeout of a Lambda executor is ${jobTimeout} seconds. Give at most ${LONGEST_FUNCTION}.`,
    );
  }
}
