/** The Condition of a statement. */
import { type Operator, operators, type Test } from "./operators.ts";
import type { Language } from "./template.ts";
import { type Condition, type Context, type Effect, PolicyError } from "./types.ts";

/** Of a condition key with several values: at least one, all of them, or as of one that has a single value. */
type Quantifier = "any" | "all" | "single";

export interface ReadConditions {
  readonly conditions: readonly Condition[];
  /** Condition keys that are asked for, by conditions and by the variables in them. */
  readonly asksFor: readonly string[];
}

/** @param at where the Condition stands, for errors @throws PolicyError */
export function readConditions(given: unknown, at: string, language: Language): ReadConditions {
  if (!isObject(given)) throw new PolicyError(`${at} must be an object from operators to keys and values`);
  const conditions: Condition[] = [];
  const asksFor: string[] = [];
  for (const [operator, keys] of Object.entries(given)) {
    if (!isObject(keys)) throw new PolicyError(`${at}.${operator} must be an object from keys to values`);
    for (const [key, values] of Object.entries(keys)) {
      const texts = textsOf(values, `${at}.${operator}.${key}`);
      const { holds, variables } = readOne(operator, key, texts, `${at}.${operator}.${key}`, language);
      conditions.push({ key, holds });
      asksFor.push(key, ...variables);
    }
  }
  return { conditions, asksFor };
}

function readOne(written: string, key: string, texts: readonly string[], at: string, language: Language) {
  const [, set, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/i.exec(written) ?? [];
  if (name.toLowerCase() === "null") {
    if (set !== undefined || ifExists !== undefined)
      throw new PolicyError(`${at}: Null takes neither ForAllValues, ForAnyValue nor IfExists`);
    return { holds: isNull(key, texts, at), variables: [] };
  }
  const operator = operators.get(name.toLowerCase());
  if (operator === undefined)
    throw new PolicyError(`${at}: there is no operator '${written}'; operators are ${names()}`);
  const tests = texts.map((text) => naming(at, () => operator.read(text, language)));
  const quantifier = set === undefined ? "single" : set.toLowerCase() === "forallvalues" ? "all" : "any";
  const holds = comparison(key, operator, tests, quantifier, ifExists !== undefined);
  return { holds, variables: tests.flatMap((test) => test.asksFor) };
}

function isNull(key: string, texts: readonly string[], at: string): Condition["holds"] {
  const wanted = texts.map((text) => text.toLowerCase());
  if (wanted.some((text) => text !== "true" && text !== "false"))
    throw new PolicyError(`${at}: Null takes true or false`);
  return (context) => wanted.includes(String(context.get(key) === undefined));
}

function comparison(
  key: string,
  { negated }: Operator,
  tests: readonly Test[],
  quantifier: Quantifier,
  ifExists: boolean,
): Condition["holds"] {
  return (context, effect) => {
    const values = context.get(key);
    if (values === undefined) return ifExists || (quantifier === "single" ? negated : quantifier === "all");
    const meets = (value: string) => isMet(value, tests, negated, context, effect);
    // Without a set operator, an operator that negates asks for no value that is met, others for one that is.
    return quantifier === "all" || (quantifier === "single" && negated)
      ? values.every(meets)
      : values.some(meets);
  };
}

function isMet(value: string, tests: readonly Test[], negated: boolean, context: Context, effect: Effect) {
  const outcomes = tests.map((test) => test.meets(value, context));
  if (outcomes.includes(true)) return !negated;
  // Nothing is known of what has no value: an Allow lets nobody pass by it, a Deny nobody escape.
  if (negated && outcomes.includes(undefined)) return effect === "Deny";
  return negated;
}

/** @throws PolicyError */
function textsOf(values: unknown, at: string): readonly string[] {
  const list = Array.isArray(values) ? values : [values];
  if (list.length === 0) throw new PolicyError(`${at} must have a value`);
  return list.map((value: unknown) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return String(value);
    throw new PolicyError(`${at} must be a text, a number, true or false, or a list of them`);
  });
}

/** Says where it was that a value couldn't be read. */
export function naming<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof PolicyError ? new PolicyError(`${at}: ${error.message}`) : error;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** For messages: objects have what they like in place of `toString`. */
export function shown(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function names(): string {
  return "StringEquals, StringLike, ArnLike, Bool, NumericLessThan, DateGreaterThan, IpAddress, Null and their kin";
}
