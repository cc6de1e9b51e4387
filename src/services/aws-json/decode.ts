/**
 * Plain JSON values to an operation's input, by the SDK's schema.
 *
 * The SDK's own deserialiser trusts its peer: it lets a number stand where the model says string, and keeps unknown
 * members when there is a `__type`. This one refuses the first and drops the second, at every depth (api.md §1.1). A
 * `null` member counts as absent; a `null` element of a list stays, for the validator to refuse.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { SerializationError } from "./serialization-error.ts";

/** @throws SerializationError with the path, lists counted from 1 */
export type Decoder = (value: unknown) => unknown;

type JsonObject = Readonly<Record<string, unknown>>;

export function compileDecoder(schema: NormalizedSchema): Decoder {
  return compile(schema, new Map());
}

/** @param compiled decoders made so far, by shape: shapes are shared, and may contain themselves */
function compile(schema: NormalizedSchema, compiled: Map<unknown, Decoder>): Decoder {
  if (schema.isUnitSchema()) return () => ({});
  if (schema.isStructSchema()) return once(schema, compiled, () => structure(schema, compiled));
  if (schema.isListSchema()) return once(schema, compiled, () => list(schema, compiled));
  if (schema.isMapSchema()) return once(schema, compiled, () => map(schema, compiled));
  if (schema.isStringSchema()) return scalar("a String", (value) => typeof value === "string");
  if (schema.isBooleanSchema()) return scalar("a Boolean", (value) => typeof value === "boolean");
  if (schema.isTimestampSchema()) return timestamp;
  if (schema.isBlobSchema()) return blob;
  if (schema.isDocumentSchema()) return (value) => value;
  if (schema.isNumericSchema()) return scalar("a Number", (value) => typeof value === "number");
  throw new Error(`the schema ${schema.getName(true)} is of a kind that isn't decoded`);
}

function once(schema: NormalizedSchema, compiled: Map<unknown, Decoder>, make: () => Decoder): Decoder {
  const shape = schema.getSchema();
  const known = compiled.get(shape);
  if (known !== undefined) return known;
  let decoder: Decoder | undefined;
  const lazy: Decoder = (value) => {
    decoder ??= make();
    return decoder(value);
  };
  compiled.set(shape, lazy);
  return lazy;
}

function structure(schema: NormalizedSchema, compiled: Map<unknown, Decoder>): Decoder {
  const members = [...schema.structIterator()].map(
    ([name, member]) => [name, compile(member, compiled)] as const,
  );
  return (value) => {
    const given = objectOf(value);
    const decoded: Record<string, unknown> = {};
    for (const [name, decode] of members) {
      const member = given[name];
      if (member !== undefined && member !== null) decoded[name] = below(name, decode, member);
    }
    return decoded;
  };
}

function list(schema: NormalizedSchema, compiled: Map<unknown, Decoder>): Decoder {
  const decode = compile(schema.getValueSchema(), compiled);
  return (value) => {
    if (!Array.isArray(value)) throw unexpected(value);
    return value.map((element: unknown, at) =>
      element === null ? null : below(`${at + 1}.member`, decode, element),
    );
  };
}

function map(schema: NormalizedSchema, compiled: Map<unknown, Decoder>): Decoder {
  const decode = compile(schema.getValueSchema(), compiled);
  return (value) => {
    const decoded: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(objectOf(value)))
      if (member !== null) decoded[key] = below(key, decode, member);
    return decoded;
  };
}

function below(segment: string, decode: Decoder, value: unknown): unknown {
  try {
    return decode(value);
  } catch (error) {
    throw error instanceof SerializationError ? error.within(segment) : error;
  }
}

function scalar(type: string, fits: (value: unknown) => boolean): Decoder {
  return (value) => {
    if (!fits(value)) throw notConvertible(value, type);
    return value;
  };
}

/** Seconds since the epoch, or ISO-8601 (api.md §1.1). */
function timestamp(value: unknown): Date {
  if (typeof value !== "number" && typeof value !== "string") throw notConvertible(value, "a Timestamp");
  const date = new Date(typeof value === "number" ? Math.round(value * 1000) : value);
  if (Number.isNaN(date.getTime())) throw notConvertible(value, "a Timestamp");
  return date;
}

function blob(value: unknown): Uint8Array {
  if (typeof value !== "string") throw notConvertible(value, "a Blob");
  const bytes = Buffer.from(value, "base64");
  if (bytes.toString("base64") !== value) throw notConvertible(value, "a Blob");
  return bytes;
}

function objectOf(value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(value);
  return value as JsonObject;
}

function notConvertible(value: unknown, type: string): SerializationError {
  if (typeof value === "object") return unexpected(value);
  return new SerializationError(`${token(value)} can not be converted to ${type}`);
}

function unexpected(value: unknown): SerializationError {
  if (Array.isArray(value)) return new SerializationError("Start of list found where not expected");
  if (typeof value === "object")
    return new SerializationError("Start of structure or map found where not expected");
  return new SerializationError(`Unexpected token: ${token(value)} found where not expected`);
}

function token(value: unknown): string {
  return typeof value === "boolean" ? `${value}_VALUE`.toUpperCase() : `${typeof value}_VALUE`.toUpperCase();
}
