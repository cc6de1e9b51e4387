/** Values just inside and just outside of what a scalar of the model takes, told apart without the server's validator. */
import type { ScalarShape } from "../../../src/services/aws-json/constraints.ts";

/** For each pattern of the model: a text of so many characters that fits (those of fixed length pass it over), and one that doesn't. */
const PATTERNS: Readonly<Record<string, readonly [fits: (length: number) => string, breaks: string]>> = {
  ...ofCharacters(
    "[a-zA-Z0-9_-]+",
    "[A-Za-z0-9@\\-_]+",
    "[0-9A-Za-z_-]+",
    "[a-zA-Z0-9_\\-]+",
    "^[a-zA-Z0-9-]+$",
    "[A-Za-z0-9_]+",
    "[A-Za-z0-9.@\\-_]+",
    "[a-zA-Z0-9\\-\\.]+",
    "[a-zA-Z0-9!@ \\(\\)\\.\\*\\?\\-]+",
  ),
  ".*": [(length) => "a".repeat(length), "a\nb"],
  "^.*$": [(length) => "a".repeat(length), "a\nb"],
  "arn:aws(-[\\w]+)*:.+:.+:[0-9]{12}:.+": [
    (length) => "arn:aws:x:y:000000000000:n".padEnd(length, "n"),
    "arn:aws:x:y:00000000000:n",
  ],
  "arn:aws(-[\\w]+)*:(codestar-connections|codeconnections):.+:[0-9]{12}:host\\/.+": [
    (length) => "arn:aws-cn:codeconnections:x:000000000000:host/h".padEnd(length, "h"),
    "arn:aws:codeconnections:x:000000000000:connection/h",
  ],
  "vpc-\\w{8}(\\w{9})?": [(length) => `vpc-${"a".repeat(length > 12 ? 17 : 8)}`, "vpc-1234567"],
  "subnet-\\w{8}(\\w{9})?": [(length) => `subnet-${"a".repeat(length > 15 ? 17 : 8)}`, "subnet-12345678-"],
  "sg-\\w{8}(\\w{9})?": [(length) => `sg-${"a".repeat(length > 11 ? 17 : 8)}`, "sg-12345678-"],
  "[0-9]{12}": [() => "0".repeat(12), "0".repeat(13)],
  "[0-9]{12}|\\*": [() => "*", "**"],
  "AWS|ThirdParty": [() => "AWS", "Custom"],
  "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": [
    () => "3c8cb4bd-5b1f-4a3e-9d0b-3f9d4f1f7a11",
    "3C8CB4BD-5b1f-4a3e-9d0b-3f9d4f1f7a11",
  ],
  "arn:aws(-[\\w]+)*:lambda:.+:[0-9]{12}:function:.+": [
    (length) => "arn:aws-cn:lambda:x:000000000000:function:f".padEnd(length, "f"),
    "arn:aws:lambda:x:000000000000:f",
  ],
  "arn:aws(-[\\w]+)*:codepipeline:.+:([0-9]{12})?:.+": [
    (length) => "arn:aws:codepipeline:x::n".padEnd(length, "n"),
    "arn:aws:codepipeline:x:1:n",
  ],
  "arn:aws(-[\\w]+)*:iam::[0-9]{12}:role/.*": [
    (length) => "arn:aws:iam::000000000000:role/r".padEnd(length, "r"),
    "arn:aws:iam::00000000000:role/r",
  ],
};

function ofCharacters(...patterns: string[]) {
  return Object.fromEntries(
    patterns.map((pattern) => [pattern, [(length: number) => "a".repeat(length), "a,b"] as const]),
  );
}

function patternOf(shape: ScalarShape) {
  const { pattern } = shape;
  if (pattern === undefined) return [(length: number) => "a".repeat(length), undefined] as const;
  const known = PATTERNS[pattern];
  if (known === undefined) throw new Error(`there is no sample of the pattern ${pattern}`);
  return known;
}

/** A value that the shape takes. */
export function sample(shape: ScalarShape): unknown {
  return inside(shape)[0];
}

/** The values at the edges that the shape takes. */
export function inside(shape: ScalarShape): unknown[] {
  const { type, min = 0, max } = shape;
  if (type === "boolean") return [true, false];
  if (type === "timestamp") return [1_790_000_000.5, "2026-10-01T12:00:00Z"];
  if (type === "integer" || type === "long") return [min, max ?? 2 ** 31 - 1];
  if (shape.enum !== undefined) return [...shape.enum];
  const [fits] = patternOf(shape);
  const lengths = [Math.max(min, 1), min, max].filter((length) => length !== undefined);
  const texts = lengths.map((length) => fits(length));
  return [...new Set(texts)].filter((text) => broken(shape, text).length === 0);
}

/** The values just beyond the edges. */
export function outside(shape: ScalarShape): unknown[] {
  const { type, min, max } = shape;
  if (type === "integer" || type === "long")
    return [min !== undefined && min - 1, max !== undefined && max + 1].filter((value) => value !== false);
  if (type !== "string") return [];
  if (shape.enum !== undefined) return ["", `${shape.enum[0]} `, shape.enum[0]?.toLowerCase()];
  const [fits, breaks] = patternOf(shape);
  return [
    ...(min !== undefined && min > 0 ? [fits(min).slice(0, min - 1)] : []),
    ...(max === undefined ? [] : [`${fits(max)}a`]),
    ...(breaks === undefined ? [] : [breaks]),
  ];
}

/** Values of another JSON type than the shape's. */
export function ofOtherTypes({ type }: ScalarShape): unknown[] {
  switch (type) {
    case "string":
      return [1, true, [], {}];
    case "boolean":
      return ["true", 0, [], {}];
    case "timestamp":
      return ["noon", true, [], {}];
    case "integer":
    case "long":
      return ["1", 1.5, 2 ** 31, true, [], {}];
    case "blob":
    case "any":
      throw new Error(`CodePipeline has no ${type}`);
  }
}

/** The constraints that a value breaks, in AWS's words: pattern or enum first, then the length (api.md §1.4). */
export function broken(shape: ScalarShape, value: unknown): string[] {
  return constraintsOf(shape)
    .filter(([, holds]) => !holds(value))
    .map(([text]) => text)
    .reverse();
}

/** All constraints of the shape, as they stand in brackets: the longest first, then the shortest, then the form. */
export function bracketed(shape: ScalarShape): string {
  return `[${constraintsOf(shape)
    .map(([text]) => text)
    .join(", ")}]`;
}

type Constraint = readonly [text: string, holds: (value: unknown) => boolean];

function constraintsOf(shape: ScalarShape): Constraint[] {
  const { type, min, max, pattern } = shape;
  const what = type === "string" ? "length" : "value";
  const size = (value: unknown) => (type === "string" ? [...(value as string)].length : (value as number));
  const constraints: Constraint[] = [];
  if (max !== undefined)
    constraints.push([
      `Member must have ${what} less than or equal to ${max}`,
      (value) => size(value) <= max,
    ]);
  if (min !== undefined && (type !== "string" || min > 0))
    constraints.push([
      `Member must have ${what} greater than or equal to ${min}`,
      (value) => size(value) >= min,
    ]);
  if (pattern !== undefined)
    constraints.push([
      `Member must satisfy regular expression pattern: ${pattern}`,
      (value) => new RegExp(`^(?:${pattern})$`).test(value as string),
    ]);
  const values = shape.enum;
  if (values !== undefined)
    constraints.push([
      `Member must satisfy enum value set: [${values.toSorted().join(", ")}]`,
      (value) => values.includes(value as string),
    ]);
  return constraints;
}
