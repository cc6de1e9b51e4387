/** Two values member by member: `stages[Build].actions[Compile].configuration.ProjectName`. */
import { isDeepStrictEqual } from "node:util";

export interface Change {
  readonly path: string;
  /** undefined: not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Elements of lists are told by their names where they have one, for a stage put first moves all others. */
export function diff(before: unknown, after: unknown, path = ""): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  const left = membersOf(before);
  const right = membersOf(after);
  if (left === undefined || right === undefined) {
    if (before === undefined && right !== undefined && right.size > 0)
      return [...right].flatMap(([name, value]) => diff(undefined, value, joined(path, name)));
    return [{ path, before, after }];
  }
  const names = new Set([...left.keys(), ...right.keys()]);
  const changes = [...names].flatMap((name) => diff(left.get(name), right.get(name), joined(path, name)));
  // The same elements in another order.
  return changes.length > 0 ? changes : [{ path, before: [...left.keys()], after: [...right.keys()] }];
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (Array.isArray(value))
    return new Map(value.map((element, index) => [`[${nameOf(element, index)}]`, element]));
  if (typeof value !== "object" || value === null || value instanceof Date) return undefined;
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined));
}

function nameOf(element: unknown, index: number): string {
  if (typeof element !== "object" || element === null) return String(index);
  const { name, key } = element as { readonly name?: unknown; readonly key?: unknown };
  return typeof name === "string" ? name : typeof key === "string" ? key : String(index);
}

function joined(path: string, name: string): string {
  return path === "" || name.startsWith("[") ? `${path}${name}` : `${path}.${name}`;
}
