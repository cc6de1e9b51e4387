/**
 * A value of a document in the shape of an API member: the SDK's own schema says which members there are and of what
 * type. CloudFormation's names differ from the API's in capital letters only (`BuildSpec`, `buildspec`).
 */
import { NormalizedSchema } from "@smithy/core/schema";
import { isList, isObject, type Json, type JsonObject, kindOf } from "../json.ts";
import { at, ImportProblem } from "../problem.ts";

/** The SDK's name for a schema of its packages: `PipelineDeclaration$`. */
export type Schema = Parameters<typeof NormalizedSchema.of>[0];

export type Spelling =
  /** `Name`, `BuildSpec`: CloudFormation. */
  | "any case"
  /** As the AWS CLI prints and takes it. */
  | "exact";

/** @throws ImportProblem that names the member, for one that the shape doesn't have or that has another type */
export function toShape(schema: Schema, value: Json, spelling: Spelling): unknown {
  return convert(NormalizedSchema.of(schema), value, spelling);
}

function convert(schema: NormalizedSchema, value: Json, spelling: Spelling): unknown {
  if (schema.isStructSchema()) return structure(schema, value, spelling);
  if (schema.isListSchema()) {
    if (!isList(value)) throw wrong("a list", value);
    return value.map((element, index) =>
      at(`[${index}]`, () => convert(schema.getValueSchema(), element, spelling)),
    );
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) throw wrong("an object", value);
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        at(key, () => convert(schema.getValueSchema(), entry, spelling)),
      ]),
    );
  }
  return scalar(schema, value);
}

function structure(schema: NormalizedSchema, value: Json, spelling: Spelling): JsonObject {
  if (!isObject(value)) throw wrong("an object", value);
  const members = new Map(
    [...schema.structIterator()].map(([name, member]) => [key(name, spelling), { name, member }] as const),
  );
  const converted: Record<string, unknown> = {};
  for (const [given, entry] of Object.entries(value)) {
    const found = members.get(key(given, spelling));
    if (found === undefined)
      throw new ImportProblem(`there is no ${given} here; there are ${names([...members.values()])}`);
    if (entry !== null) converted[found.name] = at(given, () => convert(found.member, entry, spelling));
  }
  return converted as JsonObject;
}

/** Templates give numbers and booleans as texts, and texts as numbers and booleans. */
function scalar(schema: NormalizedSchema, value: Json): string | number | boolean {
  if (value === null || typeof value === "object")
    throw wrong(
      schema.isNumericSchema() ? "a number" : schema.isBooleanSchema() ? "a boolean" : "a text",
      value,
    );
  if (schema.isNumericSchema()) {
    const number = Number(value);
    if (typeof value === "boolean" || value === "" || Number.isNaN(number)) throw wrong("a number", value);
    return number;
  }
  if (schema.isBooleanSchema()) {
    if (/^(true|false)$/i.test(String(value))) return String(value).toLowerCase() === "true";
    throw wrong("true or false", value);
  }
  return String(value);
}

function key(name: string, spelling: Spelling): string {
  return spelling === "exact" ? name : name.toLowerCase();
}

function names(members: readonly { readonly name: string }[]): string {
  return members.map(({ name }) => name).join(", ");
}

function wrong(expected: string, value: Json): ImportProblem {
  return new ImportProblem(`takes ${expected}, got ${kindOf(value)}`);
}
