/** What a scalar must satisfy, each constraint with AWS's words for it (api.md §1.4). */
import type { ScalarShape } from "./constraints.ts";

export interface Check {
  readonly text: string;
  holds(value: unknown): boolean;
}

/**
 * No value of AWS's that has a pattern is longer; longer ones break it unseen, because some patterns (`.+:.+`) take
 * quadratic time to fail.
 */
const LONGEST_PATTERNED = 8_192;

/** The constraints of a scalar, in the order in which AWS lists them in brackets. */
export function scalarChecks(shape: ScalarShape): readonly Check[] {
  const checks = [...(shape.type === "string" ? lengthChecks(shape) : rangeChecks(shape))];
  if (shape.pattern !== undefined) checks.push(pattern(shape.pattern));
  if (shape.enum !== undefined) checks.push(oneOf(shape.enum));
  return checks;
}

/** Lengths of strings (in characters), lists and maps. */
export function lengthChecks({ min = 0, max }: { min?: number; max?: number }): readonly Check[] {
  const checks: Check[] = [];
  if (max !== undefined)
    checks.push({
      text: `Member must have length less than or equal to ${max}`,
      holds: (value) => lengthOf(value) <= max,
    });
  if (min > 0)
    checks.push({
      text: `Member must have length greater than or equal to ${min}`,
      holds: (value) => lengthOf(value) >= min,
    });
  return checks;
}

function rangeChecks({ min, max }: ScalarShape): readonly Check[] {
  const checks: Check[] = [];
  if (max !== undefined)
    checks.push({
      text: `Member must have value less than or equal to ${max}`,
      holds: (value) => typeof value === "number" && value <= max,
    });
  if (min !== undefined)
    checks.push({
      text: `Member must have value greater than or equal to ${min}`,
      holds: (value) => typeof value === "number" && value >= min,
    });
  return checks;
}

function pattern(source: string): Check {
  const whole = new RegExp(`^(?:${source})$`);
  return {
    text: `Member must satisfy regular expression pattern: ${source}`,
    holds: (value) => typeof value === "string" && value.length <= LONGEST_PATTERNED && whole.test(value),
  };
}

function oneOf(values: readonly string[]): Check {
  const allowed = new Set(values);
  return {
    text: `Member must satisfy enum value set: [${[...values].sort().join(", ")}]`,
    holds: (value) => typeof value === "string" && allowed.has(value),
  };
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return charactersOf(value);
  if (Array.isArray(value)) return value.length;
  return Object.keys(value as object).length;
}

/** Characters as the model counts them: a surrogate pair is one. */
function charactersOf(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}
