/** Members that a host's payload must have (S7.4a). */
import { isObject, textOf } from "../payload.ts";
import type { ObjectValue, Value } from "../types.ts";

/** A delivery lacks a member that is needed, or has something else in its place. */
export class IncompleteError extends Error {
  constructor(path: readonly string[]) {
    super(`The payload has no ${path.join(".")} that could be read.`);
    this.name = "IncompleteError";
  }
}

const COMMIT = /^(?:[\da-f]{40}|[\da-f]{64})$/;
const NO_COMMIT = /^0+$/;

export function valueAt(payload: ObjectValue, ...path: readonly string[]): Value | undefined {
  let value: Value | undefined = payload;
  for (const name of path) value = isObject(value) ? value.get(name) : undefined;
  return value;
}

/** A string or a number, as text; undefined for what has none. */
export function textAt(payload: ObjectValue, ...path: readonly string[]): string | undefined {
  const value = valueAt(payload, ...path);
  return value === undefined || value === null ? undefined : textOf(value);
}

/** @throws IncompleteError */
export function needed(payload: ObjectValue, ...path: readonly string[]): string {
  const text = textAt(payload, ...path);
  if (text === undefined || text === "") throw new IncompleteError(path);
  return text;
}

/** @returns undefined for zeros, which stand for no commit @throws IncompleteError */
export function commitAt(payload: ObjectValue, ...path: readonly string[]): string | undefined {
  const text = needed(payload, ...path).toLowerCase();
  if (!COMMIT.test(text)) throw new IncompleteError(path);
  return NO_COMMIT.test(text) ? undefined : text;
}
