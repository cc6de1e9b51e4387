import type { Automaton } from "../../matching/index.ts";
import { readGlob } from "./glob.ts";

/** Patterns that are kept read; those that were asked for longest ago go first. */
const MOST = 2_000;

const known = new Map<string, Automaton>();

/** @throws PatternError; patterns of stored pipelines were read before */
export function readRemembered(pattern: string): Automaton {
  const read = known.get(pattern) ?? readGlob(pattern);
  known.delete(pattern);
  known.set(pattern, read);
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  return read;
}
