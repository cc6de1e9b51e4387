/** Secret property values on their way to the store (api.md §6). */
import type { Access } from "../../core/access/types.ts";
import { openSecret, sealSecret } from "../../core/sealed-secret.ts";
import type { Action, Declaration } from "./declaration.ts";
import type { KnownActionTypes } from "./known-action-types.ts";
import { own } from "./own.ts";

/** Four asterisks or more stand for a secret that is to be kept. */
export function isAsterisks(value: string): boolean {
  return /^\*{4,}$/.test(value);
}

/**
 * Puts the stored secrets in place of asterisks: where stage name, action name, action type and all other values of
 * the action are as they were. Other asterisks stay, for the structure checks to refuse.
 */
export function keepSecrets(
  declaration: Declaration,
  stored: Declaration,
  types: KnownActionTypes,
): Declaration {
  return mapActions(declaration, (action, stage) => {
    const before = stored.stages
      .find(({ name }) => name === stage)
      ?.actions.find(({ name }) => name === action.name);
    const secrets = secretKeys(action, types);
    if (before === undefined || !sameBesides(secrets, action, before)) return action.configuration;
    return mapValues(action.configuration, (key, value) =>
      secrets.has(key) && isAsterisks(value) ? (own(before.configuration, key) ?? value) : value,
    );
  });
}

/** Seals the values of secret properties that aren't sealed yet. */
export function sealSecrets(declaration: Declaration, types: KnownActionTypes, access: Access): Declaration {
  return mapActions(declaration, (action) => {
    const secrets = secretKeys(action, types);
    return mapValues(action.configuration, (key, value) =>
      secrets.has(key) && openSecret(access, value) === undefined ? sealSecret(access, value) : value,
    );
  });
}

/** A stored declaration as it may be shown. */
export function hideSecrets(declaration: Declaration, access: Access): Declaration {
  return mapActions(declaration, ({ configuration }) =>
    mapValues(configuration, (_key, value) => (openSecret(access, value) === undefined ? value : "****")),
  );
}

function secretKeys(action: Action, types: KnownActionTypes): ReadonlySet<string> {
  const properties = types.find(action.actionTypeId)?.properties ?? [];
  return new Set(properties.filter(({ secret }) => secret).map(({ name }) => name));
}

function sameBesides(secrets: ReadonlySet<string>, a: Action, b: Action): boolean {
  const shown = ({ actionTypeId: { category, owner, provider, version }, configuration }: Action) =>
    JSON.stringify([
      category,
      owner,
      provider,
      version,
      Object.entries(configuration).filter(([key]) => !secrets.has(key)),
    ]);
  return shown(a) === shown(b);
}

function mapActions(
  declaration: Declaration,
  configure: (action: Action, stage: string) => Record<string, string>,
): Declaration {
  return {
    ...declaration,
    stages: declaration.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.map((action) => ({ ...action, configuration: configure(action, stage.name) })),
    })),
  };
}

function mapValues(
  configuration: Readonly<Record<string, string>>,
  change: (key: string, value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, change(key, value)]));
}
