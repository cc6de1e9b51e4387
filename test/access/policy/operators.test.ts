import { describe, expect, test } from "vitest";
import { evaluate, readPolicy } from "../../../src/core/access/policy/index.ts";

/** Whether a condition holds for a request with these keys. */
function holds(condition: object, keys: Record<string, string | string[]>, Version = "2012-10-17"): boolean {
  const statement = { Effect: "Allow", Action: "*", Resource: "*", Condition: condition };
  const values = new Map(
    Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value].flat()] as const),
  );
  const policy = readPolicy(JSON.stringify({ Version, Statement: statement }), "identity");
  const context = { get: (key: string) => values.get(key.toLowerCase()) };
  return evaluate([policy], { action: "a:B", resources: ["*"], context }) === "allow";
}

const MAIN = "arn:aws:iam::000000000000:role/web";

describe("api.md §9: operators of IAM", () => {
  test.each<[operator: string, wanted: unknown, given: string, expected: boolean]>([
    ["StringEquals", "a*", "a*", true],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", "A", "a", false],
    ["stringequals", "a", "a", true],
    ["StringEquals", ["a", "b"], "b", true],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringNotEquals", ["a", "b"], "c", true],
    ["StringEqualsIgnoreCase", "PROD", "prod", true],
    ["StringNotEqualsIgnoreCase", "PROD", "prod", false],
    ["StringLike", "a?c*", "abcd", true],
    ["StringLike", "a?c*", "ac", false],
    ["StringLike", "A*", "abc", false],
    ["StringNotLike", "a*", "abc", false],
    ["StringEquals", 7, "7", true],
    ["NumericEquals", "7.0", "7", true],
    ["NumericEquals", "7", "x", false],
    ["NumericNotEquals", "7", "x", true],
    ["NumericLessThan", 7, "6.5", true],
    ["NumericLessThanEquals", 7, "7", true],
    ["NumericGreaterThan", 7, "7", false],
    ["NumericGreaterThanEquals", 7, "7", true],
    ["DateEquals", "2026-01-31", "2026-01-31T00:00:00Z", true],
    ["DateEquals", "2026-01-31T01:00:00+01:00", "2026-01-31T00:00:00.000Z", true],
    ["DateLessThan", "1800000000", "2026-01-31T00:00:00Z", true],
    ["DateGreaterThan", "2026-01-31T00:00:00Z", "1800000000", true],
    ["DateGreaterThan", "2026-01", "soon", false],
    ["DateNotEquals", "2026", "2027", true],
    ["Bool", true, "true", true],
    ["Bool", "TRUE", "false", false],
    ["IpAddress", "203.0.113.0/24", "203.0.113.9", true],
    ["IpAddress", "203.0.113.0/24", "203.0.114.9", false],
    ["IpAddress", "203.0.113.7", "203.0.113.7", true],
    ["IpAddress", "203.0.113.0/24", "::ffff:203.0.113.9", true],
    ["IpAddress", "2001:db8::/32", "2001:db8::1", true],
    ["IpAddress", "0.0.0.0/0", "2001:db8::1", false],
    ["IpAddress", "0.0.0.0/0", "nonsense", false],
    ["NotIpAddress", ["10.0.0.0/8", "127.0.0.0/8"], "127.0.0.1", false],
    ["NotIpAddress", ["10.0.0.0/8", "127.0.0.0/8"], "192.0.2.1", true],
    ["ArnEquals", "arn:aws:iam::*:role/*", MAIN, true],
    ["ArnLike", "arn:aws:*:*:*:role/other", MAIN, false],
    ["ArnLike", "arn:aws:iam::*:role/w?b", MAIN, true],
    ["ArnLike", "*", MAIN, true],
    ["ArnLike", "arn:aws:iam::*:role/*", "no arn", false],
    ["ArnNotLike", "arn:aws:iam::*:user/*", MAIN, true],
    ["ArnNotEquals", MAIN, MAIN, false],
  ])("%s %j of %j: %s", (operator, wanted, given, expected) => {
    expect(holds({ [operator]: { k: wanted } }, { k: given })).toBe(expected);
  });

  test("a key that the request doesn't have fails what asks for it, passes what refuses it, and IfExists", () => {
    for (const [operator, expected] of [
      ["StringEquals", false],
      ["StringNotEquals", true],
      ["NotIpAddress", true],
      ["StringEqualsIfExists", true],
      ["StringNotEqualsIfExists", true],
      ["ForAllValues:StringEquals", true],
      ["ForAnyValue:StringEquals", false],
      ["ForAnyValue:StringNotEquals", false],
      ["ForAnyValue:StringEqualsIfExists", true],
    ] as const) {
      const wanted = operator.includes("Ip") ? "10.0.0.0/8" : "x";
      expect(holds({ [operator]: { k: wanted } }, {}), operator).toBe(expected);
    }
    expect(holds({ Null: { k: "true" } }, {})).toBe(true);
    expect(holds({ Null: { k: true } }, { k: "x" })).toBe(false);
    expect(holds({ Null: { k: "false" } }, { k: "x" })).toBe(true);
  });

  test("ForAllValues: every value of the request, ForAnyValue: at least one", () => {
    const tags = (operator: string, wanted: string[], given: string[]) =>
      holds({ [operator]: { "aws:TagKeys": wanted } }, { "aws:TagKeys": given });
    expect(tags("ForAllValues:StringEquals", ["a", "b"], ["a"])).toBe(true);
    expect(tags("ForAllValues:StringEquals", ["a", "b"], ["a", "c"])).toBe(false);
    expect(tags("ForAnyValue:StringEquals", ["a", "b"], ["a", "c"])).toBe(true);
    expect(tags("ForAllValues:StringNotLike", ["x*"], ["a", "xy"])).toBe(false);
    expect(tags("ForAnyValue:StringNotLike", ["x*"], ["a", "xy"])).toBe(true);
  });

  test("all keys and operators must hold", () => {
    const both = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
    expect(holds(both, { a: "1", b: "2", c: "true" })).toBe(true);
    expect(holds(both, { a: "1", b: "3", c: "true" })).toBe(false);
    expect(holds(both, { a: "1", b: "2", c: "false" })).toBe(false);
  });
});

describe("api.md §9: policy variables", () => {
  const like = (wanted: string, given: string, keys = {}, version?: string) =>
    holds({ StringLike: { k: wanted } }, { k: given, "aws:username": "ann", ...keys }, version);

  test("stand for the request's values, which hold no wildcards", () => {
    expect(like("home/${aws:username}/*", "home/ann/x")).toBe(true);
    expect(like("home/${AWS:UserName}/*", "home/ann/x")).toBe(true);
    expect(like("${aws:username}", "bob", { "aws:username": "*" })).toBe(false);
    expect(like("${aws:username}", "*", { "aws:username": "*" })).toBe(true);
  });

  test("have defaults; without a value they match nothing", () => {
    expect(like("${aws:PrincipalTag/team, 'none'}-*", "none-x")).toBe(true);
    expect(like("${aws:PrincipalTag/team}", "")).toBe(false);
    expect(like("${m}", "a", { m: ["a", "b"] })).toBe(false);
  });

  test("without a value let nobody pass an Allow by StringNotEquals", () => {
    expect(holds({ StringNotEquals: { k: "${gone}" } }, { k: "x" })).toBe(false);
  });

  test("${*}, ${?} and ${$} are the characters themselves", () => {
    expect(like("a${*}", "a*")).toBe(true);
    expect(like("a${*}", "ab")).toBe(false);
    expect(like("a${?}${$}", "a?$")).toBe(true);
  });

  test("are text to policies of 2008", () => {
    expect(like("${aws:username}", "${aws:username}", {}, "2008-10-17")).toBe(true);
    expect(like("${aws:username}", "ann", {}, "2008-10-17")).toBe(false);
  });
});
