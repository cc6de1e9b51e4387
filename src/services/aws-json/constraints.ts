/** A model's limits as data: what `constraints.json` of a service holds. */

export type ConstraintShape =
  | {
      readonly type: "structure";
      readonly required?: readonly string[];
      /** Shape names by member, in the model's order. */
      readonly members: Readonly<Record<string, string>>;
    }
  | { readonly type: "list"; readonly member: string; readonly min?: number; readonly max?: number }
  | {
      readonly type: "map";
      readonly key: string;
      readonly value: string;
      readonly min?: number;
      readonly max?: number;
    }
  | ScalarShape;

export interface ScalarShape {
  /** `any` where only its place is known. */
  readonly type: "string" | "integer" | "long" | "boolean" | "timestamp" | "blob" | "any";
  /** Of strings the length in characters, of numbers the value. */
  readonly min?: number;
  readonly max?: number;
  /** Matches the whole value. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

export interface ConstraintTable {
  readonly shapes: Readonly<Record<string, ConstraintShape>>;
}
