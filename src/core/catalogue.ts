/** The action types that the server was started with; the declarations come from worker/providers (P0.1). */
import type { ActionTypeId } from "./engine/index.ts";
import { createPartners, type Partner, type Partners } from "./partners.ts";

export interface BuiltInActionType {
  readonly id: ActionTypeId;
  readonly tier: 1 | 2 | 3 | "none";
  readonly v2Only?: boolean;
  readonly inputs: { readonly minimum: number; readonly maximum: number };
  readonly outputs: { readonly minimum: number; readonly maximum: number };
  readonly properties: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly secret?: boolean;
    readonly description?: string;
    readonly allowed?: readonly string[];
  }[];
  readonly outputVariables: readonly string[] | "dynamic";
  readonly defaultTimeoutMinutes: number;
  readonly urls?: {
    readonly entityUrlTemplate?: string;
    readonly executionUrlTemplate?: string;
    readonly revisionUrlTemplate?: string;
  };
  readonly needs: readonly string[];
}

export interface Catalogue {
  readonly builtIn: readonly BuiltInActionType[];
  find(id: ActionTypeId): BuiltInActionType | undefined;
  /** Action types that the operator's configuration brings. */
  readonly partners: Partners;
}

export function createCatalogue(
  builtIn: readonly BuiltInActionType[],
  partners: readonly Partner[] = [],
): Catalogue {
  const byKey = new Map(builtIn.map((type) => [keyOf(type.id), type]));
  return { builtIn, find: (id) => byKey.get(keyOf(id)), partners: createPartners(partners) };
}

function keyOf(id: ActionTypeId): string {
  return `${id.owner}/${id.category}/${id.provider}/${id.version}`;
}
