/** Filters of webhooks: which paths are taken, and which deliveries are met (S2). */
import { describe, expect, test } from "vitest";
import { applyFilters, filterProblem } from "../../src/core/webhooks/filters/apply.ts";
import { parsePayload } from "../../src/services/webhooks/json.ts";

const configuration: Readonly<Record<string, string>> = { Owner: "octo", Repo: "shop", Branch: "main" };
const hasKey = (key: string) => Object.hasOwn(configuration, key);

function outcome(payload: string, ...filters: { jsonPath: string; matchEquals?: string }[]) {
  return applyFilters(filters, parsePayload(Buffer.from(payload)), (key) =>
    hasKey(key) ? configuration[key] : undefined,
  );
}

/** The table of S2, row by row; an empty matchEquals stands for an absent one. */
const ROWS: readonly (readonly [number, string, string, string, "yes" | "no"])[] = [
  [1, '{"ref":"refs/heads/main"}', "$.ref", "refs/heads/{Branch}", "yes"],
  [2, '{"ref":"refs/heads/main-evil"}', "$.ref", "refs/heads/{Branch}", "no"],
  [3, '{"ref":"refs/heads/Main"}', "$.ref", "refs/heads/{Branch}", "no"],
  [4, '{"ref":"refs/heads/x"}', "$.ref", "refs/heads/*", "no"],
  [5, '{"ref":"refs/heads/*"}', "$.ref", "refs/heads/*", "yes"],
  [6, '{"ref":"refs/heads/main "}', "$.ref", "refs/heads/{Branch}", "no"],
  [7, '{"ref":"refs/tags/main"}', "$.ref", "refs/heads/{Branch}", "no"],
  [8, '{"ref":"refs/heads/main"}', "ref", "refs/heads/{Branch}", "yes"],
  [9, '{"repository":{"full_name":"octo/shop"}}', "$.repository.full_name", "{Owner}/{Repo}", "yes"],
  [10, '{"ref":"a"}', "$.ref", "", "yes"],
  [11, '{"ref":null}', "$.ref", "", "no"],
  [12, "{}", "$.ref", "", "no"],
  [13, '{"ref":null}', "$.ref", "null", "no"],
  [14, '{"n":7}', "$.n", "7", "yes"],
  [15, '{"n":7.0}', "$.n", "7", "no"],
  [16, '{"forced":false}', "$.forced", "false", "yes"],
  [17, '{"forced":"false"}', "$.forced", "false", "yes"],
  [18, '{"c":["x"]}', "$.c", "x", "no"],
  [19, '{"c":["x"]}', "$.c[*]", "x", "yes"],
  [20, '{"c":["x","x"]}', "$.c[*]", "x", "no"],
  [21, '{"c":["x","y"]}', "$.c[-1]", "y", "yes"],
  [22, '{"c":[]}', "$.c[*]", "", "no"],
  [23, '{"a":{"ref":"r"},"b":{"ref":"r"}}', "$..ref", "r", "no"],
  [24, '{"a-b":"1"}', "$.a-b", "1", "yes"],
  [25, '{"a.b":"1"}', "$['a.b']", "1", "yes"],
  [26, '{"x":1}', "$.__proto__", "", "no"],
  [27, '{"id":12345678901234567890}', "$.id", "12345678901234567890", "yes"],
];

describe("S2.10: the table of filters (api.md PutWebhook)", () => {
  test.each(ROWS)("row %i: %s, %s = %s: %s", (_row, payload, jsonPath, matchEquals, met) => {
    const filter = { jsonPath, ...(matchEquals !== "" && { matchEquals }) };
    expect(filterProblem(filter, hasKey)).toBeUndefined();
    expect(outcome(payload, filter)).toBe(met === "yes" ? "met" : "notMet");
  });

  test("rows 28 to 30 are refused when the webhook is put", () => {
    expect(filterProblem({ jsonPath: "$.c[?(@.x)]" }, hasKey)).toBe("jsonPath");
    expect(filterProblem({ jsonPath: "$.ref", matchEquals: "{OAuthToken}" }, hasKey)).toBe("placeholder");
    expect(filterProblem({ jsonPath: "$.ref", matchEquals: "refs/heads/{Branch" }, hasKey)).toBe(
      "placeholder",
    );
  });
});

describe("S2.2: the paths that are taken (api.md PutWebhook)", () => {
  const payload = JSON.stringify({
    a: { b: "1", "head-commit": "2", "x:y": "3", Ünï: "4", "'": "5", '"': "6", "\\": "7", é: "8" },
    l: ["p", "q", "r", "s"],
  });

  test.each([
    ["$.a.b", "1"],
    ["$['a']['b']", "1"],
    ['$["a"].b', "1"],
    ["a.b", "1"],
    ["$.a.head-commit", "2"],
    ["$.a.x:y", "3"],
    ["$.a.Ünï", "4"],
    ["$.a['\\'']", "5"],
    ['$.a["\\""]', "6"],
    ["$.a['\\\\']", "7"],
    ["$.a['\\u00e9']", "8"],
    ["$.l[0]", "p"],
    ["$.l[-1]", "s"],
    ["$.l[1:2]", "q"],
    ["$.l[3:]", "s"],
    ["$.l[:1]", "p"],
    ["$.l[-1:]", "s"],
    ["$.l[ 0 ]", "p"],
    ["$..b", "1"],
    ["$..['b']", "1"],
  ])("%s selects %s", (jsonPath, text) => {
    expect(filterProblem({ jsonPath }, hasKey)).toBeUndefined();
    expect(outcome(payload, { jsonPath, matchEquals: text })).toBe("met");
  });

  test.each(["$.*", "$.l[*]", "$.l[1:3]", "$.l[0,2]", "$.a['b','x:y']", "$..*", "*"])(
    "%s selects several, so it equals nothing (S2.8), and is met without a text",
    (jsonPath) => {
      expect(outcome(payload, { jsonPath })).toBe("met");
      expect(outcome(payload, { jsonPath, matchEquals: "p" })).toBe("notMet");
    },
  );

  test("$ is the whole payload, which never equals a text", () => {
    expect(outcome('{"a":1}', { jsonPath: "$" })).toBe("met");
    expect(outcome("{}", { jsonPath: "$", matchEquals: "x" })).toBe("notMet");
  });

  test.each([
    "",
    "$.",
    "$..",
    "$.a..",
    "$[",
    "$[]",
    "$['a'",
    "$.a[?(@.a == 1)]",
    "$.a[?@.a]",
    "$.a[(@.length-1)]",
    "$.a.length()",
    "$.a.min()",
    "$.a.concat()",
    "$.a.keys()",
    "$.l[::-1]",
    "$.l[0:1:1]",
    "$.l[:]",
    "@.a",
    ".a",
    "['a']",
    "$a",
    "$.a b",
    "$.a{b",
    "$.a'b",
    "$.a,b",
    "$.a?",
    "$.a@b",
    "$.a.$",
    "$ .a",
    "$.a[0,'b']",
    "$.a['b\\n']",
    "$.a['\\ud800']",
    "$.a[1.5]",
    "$.a[b]",
    `$${".a".repeat(31)}`,
  ])("'%s' is refused", (jsonPath) => {
    expect(filterProblem({ jsonPath }, hasKey)).toBe("jsonPath");
  });

  test("S2.3: names like constructor are names like others, and own members only", () => {
    expect(outcome("{}", { jsonPath: "$.constructor" })).toBe("notMet");
    expect(outcome('{"a":"x"}', { jsonPath: "$.a.length" })).toBe("notMet");
    expect(
      outcome('{"__proto__":{"toString":"x"}}', { jsonPath: "$.__proto__.toString", matchEquals: "x" }),
    ).toBe("met");
  });

  test("S2.4: 30 segments, and a million values for all filters of a delivery", () => {
    expect(filterProblem({ jsonPath: `$${".a".repeat(30)}` }, hasKey)).toBeUndefined();
    const many = JSON.stringify({ l: Array.from({ length: 600_000 }, () => 1) });
    expect(outcome(many, { jsonPath: "$.l[*]" })).toBe("met");
    expect(outcome(many, { jsonPath: "$.l[*]" }, { jsonPath: "$.l[*]" })).toBe("tooLong");
  });
});

describe("S2.10, S2.11: placeholders (api.md PutWebhook)", () => {
  test.each([
    "{Unknown}",
    "{}",
    "a}",
    "{a{b}}",
    "{Branch }",
    "{Bränch}",
    "{{Branch}}",
    "}{",
    `{${"a".repeat(51)}}`,
  ])("%s is refused", (matchEquals) => {
    expect(filterProblem({ jsonPath: "$.ref", matchEquals }, hasKey)).toBe("placeholder");
  });

  test("values go in as they are: braces and patterns in them mean nothing", () => {
    const payload = parsePayload(Buffer.from('{"a":"{Branch}.*"}'));
    const filters = [{ jsonPath: "$.a", matchEquals: "{Key}.*" }];
    expect(applyFilters(filters, payload, () => "{Branch}")).toBe("met");
    expect(applyFilters(filters, payload, () => "$&")).toBe("notMet");
  });

  test("S2.12: a key that the action has no longer is named, with its filter", () => {
    expect(outcome('{"a":"b"}', { jsonPath: "$.a" }, { jsonPath: "$.a", matchEquals: "x{Gone}" })).toEqual({
      filter: 2,
      missingKey: "Gone",
    });
  });

  test("S2.10: without matchEquals the path must lead to a value (inferred: api.md §17)", () => {
    const there = (payload: string) => outcome(payload, { jsonPath: "$.a" });
    expect([there('{"a":"b"}'), there('{"a":""}'), there('{"b":"a"}')]).toEqual(["met", "met", "notMet"]);
  });

  test("S2.1: all filters must be met, and none is met always (inferred: api.md §17)", () => {
    const met = { jsonPath: "$.a", matchEquals: "b" };
    expect(outcome('{"a":"b"}', met, met)).toBe("met");
    expect(outcome('{"a":"b"}', met, { jsonPath: "$.c" })).toBe("notMet");
    expect(outcome("{}")).toBe("met");
  });
});
