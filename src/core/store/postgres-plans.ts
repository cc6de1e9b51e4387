/**
 * Statements that come again and again are planned once for each connection, which keeps them under a name: PostgreSQL
 * takes longer to read and plan a statement than to run one that reaches its rows by index.
 */
import { hash } from "node:crypto";

/** Texts that come seldom, as those with a list as long as a request made it, cost every connection memory for nothing. */
const RUNS_BEFORE_NAMED = 10;
const MAX_NAMED = 500;
const MAX_COUNTED = 2_000;

const runs = new Map<string, number>();
const names = new Map<string, string>();
let naming = true;

/**
 * @returns what a connection may keep the plan of this text under; undefined for one that hasn't come often. Every server
 *   gives a text the same name: where a pooler lends them one connection, none meets another's statement by its own name.
 */
export function planName(text: string): string | undefined {
  if (!naming) return undefined;
  const known = names.get(text);
  if (known !== undefined) return known;
  const count = (runs.get(text) ?? 0) + 1;
  if (count <= RUNS_BEFORE_NAMED || names.size === MAX_NAMED) {
    if (runs.size === MAX_COUNTED) runs.clear();
    runs.set(text, count);
    return undefined;
  }
  runs.delete(text);
  const name = `millrace_${hash("sha256", text, "base64url")}`;
  names.set(text, name);
  return name;
}

/** A newer server has changed a table under a plan: this one goes on without plans, until it is upgraded too. */
export function planNoMore(): void {
  naming = false;
}

/** Whether PostgreSQL refuses to use a plan, for its table has changed ("cached plan must not change result type"). */
export function isOutdated(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "0A000" &&
    "routine" in error &&
    error.routine === "RevalidateCachedQuery"
  );
}
