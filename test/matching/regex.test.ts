import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatternError, readRegex } from "../../src/matching/index.ts";

describe("P3.20 regular expressions of RETRY", () => {
  test.each<[pattern: string, yes: string[], no: string[]]>([
    ["abc", ["xabcx"], ["ab"]],
    [".*", ["", "a"], []],
    ["^a.c$", ["abc"], ["xabc", "abcd", "a\nc"]],
    ["(?s)a.c", ["a\nc"], ["ac"]],
    ["(?i)Error", ["ERROR", "error"], ["erro"]],
    ["(?m)^b$", ["a\nb\nc"], ["ab"]],
    ["(?i)[^a]b", ["xB"], ["AB"]],
    ["timed?\\s+out", ["timed out", "time\t out"], ["timed_out"]],
    ["\\bcat\\b", ["a cat."], ["concat", "cats"]],
    ["\\d{3}-\\d{2,}", ["123-45", "x123-456"], ["12-45", "123-4"]],
    ["(?:a|b)+?c", ["ababc"], ["c"]],
    ["(?P<n>x)|y", ["x", "y"], ["z"]],
    ["[\\w.-]+@[a-z]+\\.com", ["me.too@host.com"], ["@host.com"]],
    ["[]a]", ["]", "a"], ["b"]],
    ["[^]]", ["a"], ["]"]],
    ["\\x41\\x{1F600}", ["A😀"], ["a"]],
    ["a||b", [""], []],
    ["a{", ["a{"], ["a"]],
    ["\\A\\d+\\z", ["123"], ["123a"]],
  ])("%s", (pattern, yes, no) => {
    const regex = readRegex(pattern);
    expect(yes.filter((text) => !regex.occursIn(text))).toEqual([]);
    expect(no.filter((text) => regex.occursIn(text))).toEqual([]);
  });

  test.each([
    "(",
    ")",
    "a)",
    "[a",
    "*a",
    "a**",
    "(?=a)",
    "(?<!a)",
    "\\1",
    "\\pL",
    "a{1001}",
    "[z-a]",
    "\\",
    "[[:alpha:]]",
    "(a{100}){100}",
  ])("%s is refused", (pattern) => {
    expect(() => readRegex(pattern)).toThrow(PatternError);
  });

  test("agrees with JavaScript's own on patterns that both know", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      ".",
      "[ab]",
      "[^a]",
      "\\d",
      "(a|b)",
      "(?:ab)",
      "^",
      "$",
      "\\b",
      "1",
    );
    const piece = fc.tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{1,2}", "*?"));
    const pattern = fc
      .array(piece, { maxLength: 5 })
      .map((pieces) =>
        pieces.map(([one, count]) => (/^(\^|\$|\\b)$/.test(one) ? one : one + count)).join(""),
      );
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom("a", "b", "1", " ", "\n"), maxLength: 8 }),
        (given, text) => {
          expect(readRegex(given).occursIn(text)).toBe(new RegExp(given, "u").test(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("takes time in proportion to the text, where a backtracking matcher would never end", () => {
    const started = performance.now();
    expect(readRegex("(a+)+$").occursIn(`${"a".repeat(20_000)}b`)).toBe(false);
    expect(readRegex("(a|aa)+$").occursIn(`${"a".repeat(20_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
