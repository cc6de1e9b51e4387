/** Condition operators: how a value of a policy is read, and when a value of a request meets it (IAM's reference). */
import { readAddress, readDate, readNumber } from "./scalars.ts";
import { type Language, readTemplate, resolve, variablesOf } from "./template.ts";
import { type Context, PolicyError } from "./types.ts";
import { MANY, matches, type Wildcard } from "./wildcard.ts";

/** One value of a policy. */
export interface Test {
  /** Whether a value of the request meets it; undefined where a variable of the policy has no value. */
  meets(given: string, context: Context): boolean | undefined;
  /** Condition keys that its variables name. */
  readonly asksFor: readonly string[];
}

export interface Operator {
  /** `StringNotEquals`: none of the policy's values may be met. */
  readonly negated: boolean;
  /** @throws PolicyError */
  read(value: string, language: Language): Test;
}

/** By name in lower case, without `IfExists` and the set operators. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...withNegation("String", "Equals", text(false)),
    ...withNegation("String", "EqualsIgnoreCase", equalsIgnoreCase),
    ...withNegation("String", "Like", text(true)),
    ...withNegation("Arn", "Equals", arnLike),
    ...withNegation("Arn", "Like", arnLike),
    ...comparisons("Numeric", readNumber),
    ...comparisons("Date", readDate),
    IpAddress: { negated: false, read: address },
    NotIpAddress: { negated: true, read: address },
    Bool: { negated: false, read: bool },
  }).map(([name, operator]) => [name.toLowerCase(), operator]),
);

function withNegation(kind: string, name: string, read: Operator["read"]): Record<string, Operator> {
  return {
    [`${kind}${name}`]: { negated: false, read },
    [`${kind}Not${name}`]: { negated: true, read },
  };
}

function comparisons(kind: string, read: (text: string) => number | undefined): Record<string, Operator> {
  const by =
    (holds: (given: number, wanted: number) => boolean): Operator["read"] =>
    (value) => {
      const wanted = read(value);
      if (wanted === undefined)
        throw new PolicyError(
          `'${value}' is no ${kind === "Date" ? "date: use 2026-01-31T12:00:00Z or seconds since 1970" : "number"}`,
        );
      return plain((given) => {
        const number = read(given);
        return number !== undefined && holds(number, wanted);
      });
    };
  return {
    ...withNegation(
      kind,
      "Equals",
      by((given, wanted) => given === wanted),
    ),
    [`${kind}LessThan`]: { negated: false, read: by((given, wanted) => given < wanted) },
    [`${kind}LessThanEquals`]: { negated: false, read: by((given, wanted) => given <= wanted) },
    [`${kind}GreaterThan`]: { negated: false, read: by((given, wanted) => given > wanted) },
    [`${kind}GreaterThanEquals`]: { negated: false, read: by((given, wanted) => given >= wanted) },
  };
}

function text(wildcards: boolean): Operator["read"] {
  return (value, language) => templated(value, language, wildcards, matches);
}

function equalsIgnoreCase(value: string, language: Language): Test {
  return templated(value, language, false, (wanted, given) => {
    return String.fromCharCode(...wanted).toLowerCase() === given.toLowerCase();
  });
}

/** ArnEquals and ArnLike behave alike: each of the six parts of the ARN is matched by itself. */
function arnLike(value: string, language: Language): Test {
  if (!/^(\*|arn:([^:]*:){4}.*|.*\$\{.*)$/s.test(value))
    throw new PolicyError(`'${value}' is no ARN: it has six parts between colons, or is '*'`);
  return templated(value, language, true, (wanted, given) => {
    if (wanted.length === 1 && wanted[0] === MANY) return true;
    const parts = split(wanted);
    const own = given.split(":");
    const texts = [...own.slice(0, 5), own.slice(5).join(":")];
    return own.length >= 6 && parts.length === 6 && parts.every((part, at) => matches(part, texts[at] ?? ""));
  });
}

/** At the first five colons. */
function split(wanted: Wildcard): Wildcard[] {
  const parts: number[][] = [[]];
  for (const unit of wanted) {
    if (unit === COLON && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(unit);
  }
  return parts;
}

const COLON = 0x3a;

function address(value: string): Test {
  const range = readAddress(value);
  if (range === undefined) throw new PolicyError(`'${value}' is no IP address or CIDR range: 203.0.113.0/24`);
  return plain((given) => range(given));
}

function bool(value: string): Test {
  const wanted = value.toLowerCase();
  if (wanted !== "true" && wanted !== "false") throw new PolicyError(`'${value}' is neither true nor false`);
  return plain((given) => given.toLowerCase() === wanted);
}

function plain(meets: (given: string) => boolean): Test {
  return { meets, asksFor: [] };
}

function templated(
  value: string,
  language: Language,
  wildcards: boolean,
  compare: (wanted: Wildcard, given: string) => boolean,
): Test {
  const template = readTemplate(value, language, wildcards);
  return {
    asksFor: variablesOf(template),
    meets(given, context) {
      const wanted = resolve(template, context);
      return wanted === undefined ? undefined : compare(wanted, given);
    },
  };
}
