/** Reading a delivery's values. */
import { NumberText, type ObjectValue, type Value } from "./types.ts";

export function isObject(value: Value | undefined): value is ObjectValue {
  return value instanceof Map;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value's text as filters compare it (S2.7); undefined for what has none and equals nothing. */
export function textOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return value instanceof NumberText ? value.text : undefined;
}

/** The string at a path of member names, if there is one. */
export function stringAt(payload: ObjectValue, ...names: readonly string[]): string | undefined {
  let value: Value | undefined = payload;
  for (const name of names) value = isObject(value) ? value.get(name) : undefined;
  return typeof value === "string" ? value : undefined;
}
