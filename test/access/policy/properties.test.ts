import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, readPolicy } from "../../../src/core/access/policy/index.ts";
import { matches, wildcardOf } from "../../../src/core/access/policy/wildcard.ts";
import { naive } from "./naive.ts";

const few = (...texts: string[]) => fc.constantFrom(...texts);
const oneOrMore = <T>(what: fc.Arbitrary<T>) =>
  fc.oneof(what, fc.array(what, { minLength: 1, maxLength: 3 }));

/** From a small alphabet, so that patterns and texts meet often. */
const piece = few("a", "b", "*", "?", "${*}", "${k}", "${m}", "${none}", "$", "ab", "a*b", ":");
const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
const word = fc
  .array(few("a", "b", "A", "*", "?", "$", ":"), { maxLength: 5 })
  .map((letters) => letters.join(""));
const arn = (inside: fc.Arbitrary<string>) =>
  fc.tuple(inside, inside).map(([a, b]) => `arn:aws:s:r:${a}:${b}`);
const key = few("k", "m", "none", "K", "n");

const setOperator = few("", "", "ForAllValues:", "ForAnyValue:");
const ifExists = few("", "", "IfExists");
function operators(names: string[], values: fc.Arbitrary<unknown>) {
  return fc
    .tuple(setOperator, few(...names), ifExists, key, oneOrMore(values))
    .map(([set, name, end, asked, wanted]) => [`${set}${name}${end}`, { [asked]: wanted }] as const);
}
const condition = fc.oneof(
  operators(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"], pattern),
  operators(["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"], pattern),
  operators(["ArnLike", "ArnNotLike", "ArnEquals"], arn(few("a", "*", "?b", "a*", "${k}"))),
  operators(
    ["NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"],
    few("1", "2.5", "-3"),
  ),
  operators(["Bool"], few("true", "false")),
  fc.tuple(key, few("true", "false")).map(([asked, wanted]) => ["Null", { [asked]: wanted }] as const),
);
const statement = fc
  .record({
    Effect: few("Allow", "Allow", "Deny"),
    action: fc.tuple(
      few("Action", "Action", "NotAction"),
      oneOrMore(few("x:Get*", "X:getA", "x:*", "*", "x:G?tB", "y:*")),
    ),
    resource: fc.tuple(
      few("Resource", "Resource", "NotResource"),
      oneOrMore(fc.oneof(few("*"), arn(pattern))),
    ),
    conditions: fc.array(condition, { maxLength: 2 }),
  })
  .map(({ Effect, action, resource, conditions }) => ({
    Effect,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
    Condition: Object.fromEntries(conditions),
  }));
const document = fc.record({
  Version: few("2012-10-17", "2012-10-17", "2008-10-17"),
  Statement: fc.array(statement, { minLength: 1, maxLength: 4 }),
});
const keys = fc.record(
  {
    k: fc.array(fc.oneof(word, few("true", "1", "2.5", "arn:aws:s:r:a:b")), { minLength: 1, maxLength: 1 }),
    m: fc.array(word, { minLength: 1, maxLength: 3 }),
    n: fc.array(few("0", "1", "2.5", "7"), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const asked = fc.record({
  action: few("x:GetA", "x:GetB", "y:Put"),
  resource: fc.oneof(few("*"), arn(word)),
  keys,
});

test("api.md §9: policies say what a second, naive evaluator says", () => {
  let decided = { allow: 0, deny: 0, none: 0 };
  fc.assert(
    fc.property(document, asked, (policy, question) => {
      const context = { get: (name: string) => question.keys[name.toLowerCase() as "k"] };
      const { action, resource } = question;
      const decision = evaluate([readPolicy(JSON.stringify(policy), "identity")], {
        action,
        resources: [resource],
        context,
      });
      decided = { ...decided, [decision]: decided[decision] + 1 };
      expect(decision).toBe(naive(policy, question));
    }),
    { numRuns: 8_000 },
  );
  for (const count of Object.values(decided)) expect(count).toBeGreaterThan(200);
});

test("api.md §9: wildcards match as regular expressions do", () => {
  fc.assert(
    fc.property(
      fc.array(few("a", "b", "*", "?", "."), { maxLength: 12 }),
      fc.array(few("a", "b", "."), { maxLength: 14 }),
      (given, letters) => {
        const source = given.map((one) =>
          one === "*" ? "[^]*" : one === "?" ? "[^]" : one === "." ? "\\." : one,
        );
        const text = letters.join("");
        expect(matches(wildcardOf(given.join(""), true), text)).toBe(
          new RegExp(`^${source.join("")}$`).test(text),
        );
      },
    ),
    { numRuns: 8_000 },
  );
});

test("A25: no pattern makes matching slow", () => {
  const hostile = wildcardOf(`${"*a".repeat(2_000)}*b`, true);
  const started = performance.now();
  expect(matches(hostile, "a".repeat(30_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1_000);
});
