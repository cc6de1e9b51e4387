/**
 * JSON text to plain values, without what two readers could read in two ways or a database can't hold: names given
 * twice, `__proto__`, numbers beyond a double, lone surrogates, NUL, nesting without end (attack A8).
 */
import { isUtf8 } from "node:buffer";
import { countMembers } from "../../core/json-names.ts";
import { SerializationError } from "./serialization-error.ts";

const MAX_DEPTH = 64;

/** @param body UTF-8; empty counts as `{}` (api.md §1.1) @throws SerializationError */
export function parseJson(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw new SerializationError("The request body is not UTF-8");
  const text = body.toString("utf8");
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SerializationError("The request body must be a JSON object");
  // A name that is there twice leaves one member but two colons.
  if (inspect(value, 1) !== countMembers(text))
    throw new SerializationError("The request body has an object with the same name twice");
  return value as Readonly<Record<string, unknown>>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SerializationError(error instanceof Error ? error.message : "The request body is not JSON");
  }
}

/** @returns how many members all objects have together @throws SerializationError */
function inspect(value: unknown, depth: number): number {
  if (typeof value === "string") return checkText(value);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new SerializationError("The request body has a number that is too large");
  if (typeof value !== "object" || value === null) return 0;
  if (depth > MAX_DEPTH)
    throw new SerializationError(`The request body is nested more than ${MAX_DEPTH} levels deep`);
  let members = 0;
  if (Array.isArray(value)) {
    for (const element of value) members += inspect(element, depth + 1);
    return members;
  }
  for (const name of Object.keys(value)) {
    if (name === "__proto__") throw new SerializationError("The request body has a member named __proto__");
    checkText(name);
    members += 1 + inspect((value as Record<string, unknown>)[name], depth + 1);
  }
  return members;
}

function checkText(text: string): 0 {
  if (!text.isWellFormed()) throw new SerializationError("The request body has a lone surrogate in a string");
  if (text.includes("\0")) throw new SerializationError("The request body has a NUL character in a string");
  return 0;
}
