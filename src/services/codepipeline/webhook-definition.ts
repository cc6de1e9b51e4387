/** What a webhook may say, and its columns (api.md §6, §17; sources.md S2.2, S2.11). */
import type { WebhookDefinition } from "@aws-sdk/client-codepipeline";
import { openSecret, sealSecret } from "../../core/sealed-secret.ts";
import type { WebhookRow } from "../../core/store/tables/webhooks.ts";
import type { WebhookDefinitionColumns } from "../../core/store/webhooks.ts";
import { filterProblem } from "../../core/webhooks/index.ts";
import { parseRange } from "../../network/index.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import type { Action, Declaration } from "./declaration.ts";
import { validation } from "./errors.ts";
import { isAsterisks } from "./secrets.ts";
import { requireDeclaration, requirePipeline } from "./stored.ts";

type Definition = Checked<WebhookDefinition>;
type Target = Pick<Definition, "targetPipeline" | "targetAction">;

/**
 * @param stored the webhook of this name: asterisks stand for its secret
 * @throws PipelineNotFoundException, ValidationException, InvalidWebhookAuthenticationParametersException
 */
export function definitionColumns(
  { targetPipeline, targetAction, authentication, ...given }: Definition,
  stored: WebhookRow | undefined,
  { core }: Call,
): WebhookDefinitionColumns {
  const { SecretToken, AllowedIPRange } = given.authenticationConfiguration;
  const keepsSecret = SecretToken !== undefined && isAsterisks(SecretToken);
  if (keepsSecret && (stored?.secret ?? null) === null) {
    throw invalidAuthentication(
      "The SecretToken is made of asterisks only, which stand for the secret of an existing webhook, and there is none of this name that has one. Give the secret itself.",
    );
  }
  return {
    pipeline: targetPipeline,
    action: targetAction,
    authentication,
    secret: keepsSecret
      ? (stored?.secret ?? null)
      : SecretToken === undefined
        ? null
        : sealSecret(core.access, SecretToken),
    allowed_range: AllowedIPRange ?? null,
    filters: JSON.stringify(
      given.filters.map(({ jsonPath, matchEquals }) => ({
        jsonPath,
        ...(matchEquals !== undefined && { matchEquals }),
      })),
    ),
  };
}

/**
 * The action that a webhook starts its pipeline by.
 * @throws PipelineNotFoundException, ValidationException when it isn't in the first stage
 */
export async function requireTarget(call: Call, target: Target): Promise<Action> {
  const pipeline = await requirePipeline(call, target.targetPipeline);
  return targetIn(await requireDeclaration(call, pipeline), target);
}

/** @throws ValidationException when the action isn't in the first stage */
export function targetIn({ stages }: Declaration, { targetPipeline, targetAction }: Target): Action {
  const action = stages[0]?.actions.find(({ name }) => name === targetAction);
  if (action !== undefined) return action;
  throw validation(
    `The target action '${targetAction}' is not in the first stage of the pipeline '${targetPipeline}'. Name one of its source actions.`,
  );
}

/** @throws InvalidWebhookAuthenticationParametersException */
export function checkAuthentication({ authentication, authenticationConfiguration }: Definition): void {
  const { SecretToken, AllowedIPRange } = authenticationConfiguration;
  switch (authentication) {
    case "GITHUB_HMAC":
      if (SecretToken === undefined || AllowedIPRange !== undefined) throw onlyProperty("SecretToken");
      return;
    case "IP":
      if (AllowedIPRange === undefined || SecretToken !== undefined) throw onlyProperty("AllowedIPRange");
      if (parseRange(AllowedIPRange) !== undefined) return;
      throw invalidAuthentication(
        `The AllowedIPRange '${AllowedIPRange}' is not a range of addresses. Give one in CIDR form, like 192.0.2.0/24.`,
      );
    case "UNAUTHENTICATED":
      if (SecretToken === undefined && AllowedIPRange === undefined) return;
      throw invalidAuthentication("Optional['authenticationConfig' should be empty]");
  }
}

/** @throws InvalidWebhookFilterPatternException */
export function checkFilters({ filters }: Definition, { configuration }: Action, { core }: Call): void {
  const mayName = (key: string) =>
    Object.hasOwn(configuration, key) && openSecret(core.access, configuration[key] ?? "") === undefined;
  for (const [index, filter] of filters.entries()) {
    const { jsonPath, matchEquals } = filter;
    switch (filterProblem({ jsonPath, ...(matchEquals !== undefined && { matchEquals }) }, mayName)) {
      case "jsonPath":
        throw invalidFilter(`Invalid JSONPath expression in filter ${index + 1}: '${jsonPath}'.`);
      case "placeholder":
        throw invalidFilter(`Invalid placeholder in filter ${index + 1}: '${matchEquals}'.`);
    }
  }
}

function onlyProperty(name: string): AwsError {
  return invalidAuthentication(
    `Optional['authenticationConfig' should contain only one property: '${name}']`,
  );
}

function invalidAuthentication(message: string): AwsError {
  return new AwsError("InvalidWebhookAuthenticationParametersException", message);
}

function invalidFilter(message: string): AwsError {
  return new AwsError("InvalidWebhookFilterPatternException", message);
}
