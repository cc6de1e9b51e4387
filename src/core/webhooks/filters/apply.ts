/** Whether a delivery is meant for its pipeline: all filters must be met (S2). */
import { textOf } from "../payload.ts";
import type { ObjectValue, Value, WebhookFilter } from "../types.ts";
import { type JsonPath, parseJsonPath } from "./json-path.ts";
import { fillIn, keysOf, type Part, parseMatchText } from "./match-text.ts";
import { Budget, select, TooMuchToLookAtError } from "./select.ts";

/** Values that all filters of one delivery may look at (S2.4). */
const MOST_VALUES = 1_000_000;

export type FilterOutcome =
  | "met"
  | "notMet"
  | "tooLong"
  /** Which filter, counted from 1. */
  | { readonly filter: number; readonly missingKey: string };

/** Why PutWebhook refuses a filter (S2.2, S2.11); undefined when it doesn't. */
export function filterProblem(
  { jsonPath, matchEquals }: WebhookFilter,
  hasKey: (key: string) => boolean,
): "jsonPath" | "placeholder" | undefined {
  if (parseJsonPath(jsonPath) === undefined) return "jsonPath";
  if (matchEquals === undefined) return undefined;
  const parts = parseMatchText(matchEquals);
  return parts !== undefined && keysOf(parts).every(hasKey) ? undefined : "placeholder";
}

/** @param configured the target action's configuration, without its secrets */
export function applyFilters(
  filters: readonly WebhookFilter[],
  payload: ObjectValue,
  configured: (key: string) => string | undefined,
): FilterOutcome {
  const wanted: { path: JsonPath; text: string | undefined }[] = [];
  for (const [index, { jsonPath, matchEquals }] of filters.entries()) {
    const filled = matchEquals === undefined ? undefined : fillIn(partsOf(matchEquals), configured);
    if (filled !== undefined && "missing" in filled) return { filter: index + 1, missingKey: filled.missing };
    wanted.push({ path: pathOf(jsonPath), text: filled?.text });
  }
  const budget = new Budget(MOST_VALUES);
  try {
    const met = wanted.every(({ path, text }) => isMet(select(payload, path, budget), text));
    return met ? "met" : "notMet";
  } catch (error) {
    if (error instanceof TooMuchToLookAtError) return "tooLong";
    throw error;
  }
}

/** Without a text something must be there (S2.5); with one, exactly one value, which has it (S2.6, S2.8). */
function isMet(selected: readonly Value[], text: string | undefined): boolean {
  if (text === undefined) return selected.some((value) => value !== null);
  const [only, ...others] = selected;
  return only !== undefined && others.length === 0 && textOf(only) === text;
}

function pathOf(jsonPath: string): JsonPath {
  const path = parseJsonPath(jsonPath);
  if (path === undefined) throw new Error(`a webhook was stored with the path ${jsonPath}`);
  return path;
}

function partsOf(matchEquals: string): readonly Part[] {
  const parts = parseMatchText(matchEquals);
  if (parts === undefined) throw new Error(`a webhook was stored with the text ${matchEquals}`);
  return parts;
}
