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

  test.each<[pattern: string, yes: string[], no: string[]]>([
    ["[a-z&&[^aeiou]]+", ["xyz"], ["xay", ""]],
    ["[a-c[x-z]]+", ["abxz"], ["abd"]],
    ["[\\w&&[^\\d_]]", ["a"], ["1", "_", "-"]],
    ["[a&&b]", [], ["a", "b", "&"]],
    ["[&a]", ["&", "a"], ["b"]],
    ["[a-]", ["a", "-"], ["b"]],
    ["\\Qa.b*\\E+", ["a.b*", "a.b**"], ["axb*", "a.b"]],
    ["\\Qa|b", ["a|b"], ["a"]],
    ["[\\Q]^\\E]", ["]", "^"], ["Q"]],
    ["a(?i)b(?-i)c", ["abc", "aBc"], ["Abc", "abC"]],
    ["(?i:a)b", ["Ab"], ["AB"]],
    ["(a(?i)b)c", ["aBc"], ["aBC"]],
    ["(?i)[^a-b]", ["c"], ["A", "b"]],
    ["(?s).(?-s).", ["\na"], ["a\n"]],
    [".", ["a", "😀"], ["\n", "\r", "\u0085", "\u2028"]],
    ["\\p{L}+", ["aé語"], ["1"]],
    ["\\pN", ["1", "٣"], ["a"]],
    ["\\P{Alpha}", ["1", "é"], ["a"]],
    ["\\p{IsGreek}", ["λ"], ["l"]],
    ["\\p{IsAlphabetic}", ["é"], ["-"]],
    ["[\\p{Lu}\\p{Digit}]+", ["ÄB1"], ["ä"]],
    ["\\p{Punct}", ["!"], ["a", " "]],
    ["\\h\\H\\v\\V", ["\t\n\u2028x"], ["a\nx\n"]],
    ["a\\Rb", ["a\r\nb", "a\nb"], ["a\n\nb"]],
    ["\\u0041\\x42\\0103\\cI\\e", ["ABC\t\u001b"], ["ABCI"]],
    ["\\s", [" ", "\t", "\u000b"], ["\u00a0"]],
    ["(?<year>\\d{4})-\\d\\d", ["2026-11"], ["26-11"]],
  ])("P9.2 Java's syntax, on the whole value: %s", (pattern, yes, no) => {
    const regex = readRegex(pattern);
    expect(yes.filter((text) => !regex.matches(text))).toEqual([]);
    expect(no.filter((text) => regex.matches(text))).toEqual([]);
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
    "\\pQ",
    "\\p{Nothing}",
    "a*+",
    "(?>a)",
    "(?x)a",
    "[a[b]",
    "[a&&]b",
    "\\Z",
    "\\u12",
    "\\x{110000}",
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

  test("agrees with JavaScript's own on whole values, where sets are of sets", () => {
    const member = fc.constantFrom("a", "b-d", "1", "\\d", "\\w", "-", "[bc]", "[^a]");
    const set = fc
      .tuple(fc.constantFrom("", "^"), fc.array(member, { minLength: 1, maxLength: 3 }), fc.option(member))
      .map(([negated, members, other]) =>
        // JavaScript's sets take either a union or an intersection.
        other === null
          ? `[${negated}${members.map((one) => (one === "-" ? "\\-" : one)).join("")}]`
          : `[${negated}[${members.map((one) => (one === "-" ? "\\-" : one)).join("")}]&&[${other === "-" ? "\\-" : other}]]`,
      );
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "1", "-", "_", "&"), maxLength: 3 });
    fc.assert(
      fc.property(set, text, (given, value) => {
        expect(readRegex(`${given}+`).matches(value)).toBe(new RegExp(`^(?:${given}+)$`, "v").test(value));
      }),
      { numRuns: 3000 },
    );
  });

  test("no pattern takes long to read", () => {
    // Of this thread alone: what else the machine does is none of the patterns' time.
    const before = process.threadCpuUsage();
    for (const pattern of [
      "\\Q\\E".repeat(2500),
      "[a".repeat(5000),
      "(?i)".repeat(2500),
      "\\p{L}".repeat(1600),
    ]) {
      try {
        readRegex(pattern);
      } catch (error) {
        expect(error).toBeInstanceOf(PatternError);
      }
    }
    const set = readRegex(
      `[${Array.from({ length: 3000 }, (_, n) => `${String.fromCodePoint(0x4e00 + n)}-龥`).join("")}]*b`,
    );
    expect(set.matches("b".repeat(20_000))).toBe(false);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });

  test("takes time in proportion to the text, where a backtracking matcher would never end", () => {
    const started = performance.now();
    expect(readRegex("(a+)+$").occursIn(`${"a".repeat(20_000)}b`)).toBe(false);
    expect(readRegex("(a|aa)+$").occursIn(`${"a".repeat(20_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
