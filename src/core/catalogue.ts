/** The action types that the server was started with; the declarations come from worker/providers (P0.1). */
import type { ActionTypeId } from "./engine/index.ts";

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
}

export function createCatalogue(builtIn: readonly BuiltInActionType[]): Catalogue {
  const byKey = new Map(builtIn.map((type) => [keyOf(type.id), type]));
  return { builtIn, find: (id) => byKey.get(keyOf(id)) };
}

function keyOf(id: ActionTypeId): string {
  return `${id.owner}/${id.category}/${id.provider}/${id.version}`;
}
