/**
 * An operation's output to JSON, by the SDK's schema: members that the model lacks are left out, times are seconds.
 *
 * The SDK's own serialiser looks every schema up again for every value; this is compiled once, as decoding is.
 */
import type { NormalizedSchema } from "@smithy/core/schema";

/** @returns JSON text */
export type Encoder = (value: unknown) => string;

/** What is encoded once; empty until then. */
const lastingTexts = new WeakMap<object, string>();

/**
 * Marks a structure that is answered again and again: it must never change, and always be an output of the same shape.
 * @returns the value itself
 */
export function lasting<T extends object>(value: T): T {
  lastingTexts.set(value, "");
  return value;
}

/** @param schema undefined where the model has no output: the body is empty (api.md §1.2) */
export function compileEncoder(schema: NormalizedSchema | undefined): Encoder {
  return schema === undefined ? () => "" : compile(schema, new Map());
}

/** @param compiled encoders made so far, by shape: shapes are shared, and may contain themselves */
function compile(schema: NormalizedSchema, compiled: Map<unknown, Encoder>): Encoder {
  if (schema.isStructSchema()) return once(schema, compiled, () => structure(schema, compiled));
  if (schema.isListSchema()) return once(schema, compiled, () => list(schema, compiled));
  if (schema.isMapSchema()) return once(schema, compiled, () => map(schema, compiled));
  if (schema.isTimestampSchema()) return timestamp(schema);
  if (schema.isBlobSchema()) return (value) => `"${Buffer.from(value as Uint8Array).toString("base64")}"`;
  return (value) => JSON.stringify(value);
}

function once(schema: NormalizedSchema, compiled: Map<unknown, Encoder>, make: () => Encoder): Encoder {
  const shape = schema.getSchema();
  const known = compiled.get(shape);
  if (known !== undefined) return known;
  let encoder: Encoder | undefined;
  const lazy: Encoder = (value) => {
    encoder ??= make();
    return encoder(value);
  };
  compiled.set(shape, lazy);
  return lazy;
}

function structure(schema: NormalizedSchema, compiled: Map<unknown, Encoder>): Encoder {
  const members = [...schema.structIterator()].map(
    ([name, member]) => [name, `"${name}":`, compile(member, compiled)] as const,
  );
  return (value) => {
    const given = value as Readonly<Record<string, unknown>>;
    const lastingText = lastingTexts.get(given);
    if (lastingText) return lastingText;
    let inner = "";
    for (const [name, key, encode] of members) {
      const member = given[name];
      if (isThere(member)) inner += `${inner === "" ? "" : ","}${key}${encode(member)}`;
    }
    const text = `{${inner}}`;
    if (lastingText !== undefined) lastingTexts.set(given, text);
    return text;
  };
}

function list(schema: NormalizedSchema, compiled: Map<unknown, Encoder>): Encoder {
  const encode = compile(schema.getValueSchema(), compiled);
  return (value) => `[${(value as readonly unknown[]).filter(isThere).map(encode).join(",")}]`;
}

function map(schema: NormalizedSchema, compiled: Map<unknown, Encoder>): Encoder {
  const encode = compile(schema.getValueSchema(), compiled);
  return (value) => {
    const members = Object.entries(value as Readonly<Record<string, unknown>>)
      .filter(([, member]) => isThere(member))
      .map(([key, member]) => `${JSON.stringify(key)}:${encode(member)}`);
    return `{${members.join(",")}}`;
  };
}

/** AWS JSON 1.1: epoch seconds with a fraction (api.md §2.3), which is what every time of these models is. */
function timestamp(schema: NormalizedSchema): Encoder {
  const format = schema.getSchema();
  if (format !== TIMESTAMP && format !== EPOCH_SECONDS)
    throw new Error(`the schema ${schema.getName(true)} has times in a form that isn't encoded`);
  return (value) => String((value as Date).getTime() / 1000);
}

const TIMESTAMP = 4;
const EPOCH_SECONDS = 7;

/** What is absent is left out, also of lists and maps. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
