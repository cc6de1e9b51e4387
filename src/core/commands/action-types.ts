/** The custom action types of a pipeline's account and region, as far as its actions use any. */
import type { Catalogue } from "../catalogue.ts";
import type { ActionTypeId, Definition, Env } from "../engine/index.ts";
import type { Scope } from "../scope.ts";
import { actionTypesNamed } from "../store/queries/action-types.ts";
import type { Tx } from "../store/store.ts";
import type { ActionTypeRow } from "../store/tables/pipelines.ts";

/** By `keyOf`, the deleted ones too: jobs of theirs still come and go (E11.8). */
export type CustomTypes = ReadonlyMap<string, ActionTypeRow>;

export function keyOf(type: Pick<ActionTypeId, "category" | "provider" | "version">): string {
  return `${type.category}/${type.provider}/${type.version}`;
}

const NONE: CustomTypes = new Map();

export async function loadCustomTypes(
  tx: Tx,
  scope: Scope,
  definitions: Iterable<Definition>,
): Promise<CustomTypes> {
  const used = new Map<string, ActionTypeId>();
  for (const definition of definitions)
    for (const type of typesOf(definition)) if (type.owner === "Custom") used.set(keyOf(type), type);
  if (used.size === 0) return NONE;
  const rows = await actionTypesNamed(tx, scope, [...used.values()]);
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Pipelines have many actions and few types, and every command asks for them. */
const known = new WeakMap<Definition, readonly ActionTypeId[]>();

function typesOf(definition: Definition): readonly ActionTypeId[] {
  const found = known.get(definition);
  if (found !== undefined) return found;
  const actions = definition.stages.flatMap((stage) => stage.actions);
  const types = new Map(actions.map(({ type }) => [`${type.owner}/${keyOf(type)}`, type]));
  const distinct = [...types.values()];
  known.set(definition, distinct);
  return distinct;
}

/** By `keyOf`: partners' types that the pipeline's account may use now, and whose jobs workers poll for. */
export type PartnerTypes = ReadonlySet<string>;

export async function loadPartnerTypes(
  tx: Tx,
  { partners }: Catalogue,
  { account }: Scope,
  definitions: Iterable<Definition>,
): Promise<PartnerTypes> {
  const used = [...definitions].some((definition) => typesOf(definition).some((type) => partners.has(type)));
  if (!used) return new Set();
  const usable = await partners.usableBy(tx, account);
  return new Set(
    usable
      .filter(({ declaration }) => declaration.executor.type === "JobWorker")
      .map(({ declaration }) => keyOf(declaration.id)),
  );
}

/** Whether a type exists for an action that starts now (E3.5, E11.8). */
export function existence(
  catalogue: Catalogue,
  custom: CustomTypes,
  partner: PartnerTypes,
): Env["actionTypeExists"] {
  return (type) => {
    if (type.owner === "Custom") return custom.get(keyOf(type))?.deleted === 0;
    return catalogue.partners.has(type) ? partner.has(keyOf(type)) : catalogue.find(type) !== undefined;
  };
}

/** Name of the type's queryable property, by whose value workers ask for jobs (api.md §15). */
export function queryableProperty(custom: CustomTypes, type: ActionTypeId): string | undefined {
  const row = type.owner === "Custom" ? custom.get(keyOf(type)) : undefined;
  if (row === undefined) return undefined;
  const { actionConfigurationProperties = [] } = JSON.parse(row.definition) as {
    actionConfigurationProperties?: readonly { readonly name: string; readonly queryable?: boolean }[];
  };
  return actionConfigurationProperties.find((property) => property.queryable)?.name;
}
