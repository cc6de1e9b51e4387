/** The definition of a custom action type, and what it may not say (api.md §14). */
import type { ActionConfigurationProperty, CreateCustomActionTypeInput } from "@aws-sdk/client-codepipeline";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import type { CustomActionType } from "./known-action-types.ts";
import { firstRepeated } from "./structure/check.ts";

type Input = Checked<CreateCustomActionTypeInput>;
type Property = Pick<Checked<ActionConfigurationProperty>, "name" | "required" | "secret" | "queryable">;

/** As the store keeps it and ListActionTypes answers it. @throws ValidationException */
export function customActionType(input: Input): CustomActionType {
  const { category, provider, version, settings, inputArtifactDetails, outputArtifactDetails } = input;
  const properties = input.configurationProperties ?? [];
  checkCategory(category);
  checkCounts(inputArtifactDetails);
  checkCounts(outputArtifactDetails);
  checkProperties(properties);
  checkTemplates(Object.values(settings ?? {}), properties);
  return {
    id: { category, owner: "Custom", provider, version },
    settings: settings ?? {},
    actionConfigurationProperties: properties.map((property) => ({
      ...property,
      queryable: property.queryable ?? false,
    })),
    inputArtifactDetails,
    outputArtifactDetails,
  };
}

/** Custom sources are public practice; approvals and commands have no work for a job worker. */
function checkCategory(category: Input["category"]): void {
  if (category !== "Approval" && category !== "Compute") return;
  throw validation(
    `Custom action types cannot have the category ${category}. Use Source, Build, Test, Deploy or Invoke.`,
  );
}

/** @throws ValidationException */
export function checkCounts({ minimumCount, maximumCount }: Input["inputArtifactDetails"]): void {
  if (minimumCount <= maximumCount) return;
  throw validation(
    `Maximum Number of Artifacts (${maximumCount}) has to be greater than or equal to minimum (${minimumCount}).`,
  );
}

/** @throws ValidationException */
export function checkProperties(properties: readonly Property[]): void {
  const repeated = firstRepeated(properties, ({ name }) => name);
  if (repeated !== undefined) {
    throw validation(`The configuration property '${repeated.name}' is declared more than once.`);
  }
  const [queryable, another] = properties.filter((property) => property.queryable);
  if (queryable === undefined) return;
  if (another !== undefined) {
    throw validation(
      `Multiple queryable configuration properties found with names '${queryable.name}, ${another.name}'. Up to one queryable property may be specified.`,
    );
  }
  if (!isPublic(queryable)) {
    throw validation(
      `Invalid queryable property '${queryable.name}'. Queryable configuration properties must be required and non-secret.`,
    );
  }
}

/** A `{Config:x}` must always have a value that may be shown. @throws ValidationException */
export function checkTemplates(templates: readonly string[], properties: readonly Property[]): void {
  const names = templates.flatMap((template) =>
    template
      .matchAll(/\{Config:([^{}]*)\}/g)
      .map(([, name = ""]) => name)
      .toArray(),
  );
  const wrong = names.find(
    (name) => !properties.some((property) => property.name === name && isPublic(property)),
  );
  if (wrong === undefined) return;
  throw validation(
    `Invalid URL template: {Config:${wrong}} must name a configuration property that is required and non-secret.`,
  );
}

function isPublic({ required, secret }: Property): boolean {
  return required && !secret;
}
