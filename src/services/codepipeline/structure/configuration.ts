/** Keys and values of an action's configuration (api.md §5.3, §6; providers.md P1.8). */
import { isAsterisks } from "../secrets.ts";
import { first, type TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

export const checkRequiredKeys: TypedActionCheck = ({ action }, type) => {
  const missing = type.properties.find(
    ({ required, name }) => required && !Object.hasOwn(action.configuration, name),
  );
  return missing && missingKey(action.name, missing.name);
};

export function missingKey(action: string, key: string) {
  return invalidAction(
    `Action configuration for action '${action}' is missing required configuration '${key}'`,
  );
}

export const checkKnownKeys: TypedActionCheck = ({ action }, type) => {
  const known = new Set(type.properties.map(({ name }) => name));
  const unknown = Object.keys(action.configuration).find((key) => !known.has(key));
  return unknown === undefined
    ? undefined
    : invalidAction(
        `Action configuration for action '${action.name}' contains unknown configuration '${unknown}'`,
      );
};

/** Values from a list are compared without case; a reference is looked at when it is resolved. */
export const checkValues: TypedActionCheck = ({ action }, type) =>
  first(
    type.properties.map(({ name, allowed }) => {
      const value = action.configuration[name];
      if (value === undefined || allowed === undefined || hasReference(value)) return undefined;
      if (allowed.some((one) => one.toLowerCase() === value.toLowerCase())) return undefined;
      return invalidValue(action.name, name, value);
    }),
  );

export function invalidValue(action: string, key: string, value: string) {
  return invalidAction(
    `Action configuration for action '${action}' contains invalid value '${value}' for configuration '${key}'`,
  );
}

/** Workers poll by it, so it has PollForJobs' own form. */
export const checkQueryableValue: TypedActionCheck = ({ action }, type) => {
  const name = type.properties.find(({ queryable }) => queryable)?.name;
  const value = name === undefined ? undefined : action.configuration[name];
  if (name === undefined || value === undefined || hasReference(value)) return undefined;
  if (/^[A-Za-z0-9_-]{1,20}$/.test(value)) return undefined;
  return invalidAction(
    `Action configuration for action '${action.name}' contains invalid value '${value}' for the queryable configuration '${name}'. Use up to 20 letters, digits, underscores and hyphens.`,
  );
};

/** Asterisks that stand for no stored secret: those that do were replaced before. */
export const checkSecrets: TypedActionCheck = ({ action }, type) => {
  const hidden = type.properties.find(
    ({ name, secret }) => secret && isAsterisks(action.configuration[name] ?? ""),
  );
  return (
    hidden &&
    invalidAction(
      `Action configuration for the new action '${action.name}' contains an invalid configuration for the secret property '${hidden.name}'. '****' may be used in secret properties only when updating an existing action.`,
    )
  );
};

export function hasReference(value: string): boolean {
  return value.includes("#{");
}
