/** The action types that a pipeline's actions use, as far as the catalogue doesn't tell of them by itself. */
import type { Catalogue } from "../catalogue.ts";
import type { ActionTypeId, Definition, Env } from "../engine/index.ts";
import type { Scope } from "../scope.ts";
import { actionTypesNamed } from "../store/queries/action-types.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { ActionTypeRow } from "../store/tables/pipelines.ts";

export function keyOf(type: Pick<ActionTypeId, "category" | "provider" | "version">): string {
  return `${type.category}/${type.provider}/${type.version}`;
}

/** Each by `keyOf`. */
export interface UsedTypes {
  /** Custom ones of the pipeline's account and region, the deleted ones too: jobs of theirs still come and go (E11.8). */
  readonly custom: ReadonlyMap<string, ActionTypeRow>;
  /** Partners' that the pipeline's account may use now, and whose jobs workers poll for. */
  readonly partner: ReadonlySet<string>;
}

const NONE: UsedTypes = { custom: new Map(), partner: new Set() };

export function loadUsedTypes(
  tx: Tx,
  { partners }: Catalogue,
  scope: Scope,
  definitions: Iterable<Definition>,
): Soon<UsedTypes> {
  // Versions of a pipeline name mostly the same ones.
  const custom = new Map<string, ActionTypeId>();
  let partnersUsed = false;
  for (const definition of definitions)
    for (const type of typesOf(definition)) {
      if (type.owner === "Custom") custom.set(keyOf(type), type);
      partnersUsed ||= partners.has(type);
    }
  // Mostly there are neither, and every command asks.
  return custom.size > 0 || partnersUsed
    ? findUsed(tx, scope, [...custom.values()], partnersUsed ? partners : undefined)
    : NONE;
}

async function findUsed(
  tx: Tx,
  scope: Scope,
  custom: readonly ActionTypeId[],
  partners: Catalogue["partners"] | undefined,
): Promise<UsedTypes> {
  const rows = custom.length > 0 ? await actionTypesNamed(tx, scope, custom) : [];
  const usable = (await partners?.usableBy(tx, scope.account)) ?? [];
  const polled = usable.filter(({ declaration }) => declaration.executor.type === "JobWorker");
  return {
    custom: new Map(rows.map((row) => [keyOf(row), row])),
    partner: new Set(polled.map(({ declaration }) => keyOf(declaration.id))),
  };
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

/** Whether a type exists for an action that starts now (E3.5, E11.8). */
export function existence(catalogue: Catalogue, { custom, partner }: UsedTypes): Env["actionTypeExists"] {
  return (type) => {
    if (type.owner === "Custom") return custom.get(keyOf(type))?.deleted === 0;
    return catalogue.partners.has(type) ? partner.has(keyOf(type)) : catalogue.find(type) !== undefined;
  };
}

/** Name of the type's queryable property, by whose value workers ask for jobs (api.md §15). */
export function queryableProperty({ custom }: UsedTypes, type: ActionTypeId): string | undefined {
  const row = type.owner === "Custom" ? custom.get(keyOf(type)) : undefined;
  if (row === undefined) return undefined;
  const { actionConfigurationProperties = [] } = JSON.parse(row.definition) as {
    actionConfigurationProperties?: readonly { readonly name: string; readonly queryable?: boolean }[];
  };
  return actionConfigurationProperties.find((property) => property.queryable)?.name;
}
