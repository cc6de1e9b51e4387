import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readGlob } from "../../../src/worker/buildspec/index.ts";

const matches = (pattern: string, path: string) => readGlob(pattern).matches(path);

describe("P3.27 globs", () => {
  test.each<[pattern: string, yes: string[], no: string[]]>([
    ["**/*", ["a", "a/b", ".a/.b/.c"], []],
    ["*", ["a", ".a", "a b"], ["a/b"]],
    ["dir/*", ["dir/a", "dir/.a"], ["dir/a/b", "dir", "xdir/a"]],
    ["dir/**/*", ["dir/a", "dir/a/b"], ["dir", "a"]],
    ["dir/**", ["dir/a", "dir/a/b"], ["dir", "dirx/a"]],
    ["dir", ["dir"], ["dir/a"]],
    ["**/*.js", ["a.js", "x/a.js", "x/y/.js"], ["a.jsx", "a.js/b"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]],
    ["a**", ["a", "abc"], ["a/b"]],
    ["**a", ["a", "xa"], ["x/a"]],
    ["?", ["a", "é", "😀"], ["", "ab", "/"]],
    ["[ab].txt", ["a.txt", "b.txt"], ["c.txt", "ab.txt"]],
    ["[a-c1-3]", ["b", "2"], ["d", "4", "-"]],
    ["[!a-c]", ["d", "-"], ["a", "/"]],
    ["[]]", ["]"], ["["]],
    ["[a", ["[a"], ["a"]],
    ["x.{js,ts}", ["x.js", "x.ts"], ["x.", "x.jsts"]],
    ["{a,b/**}/c", ["a/c", "b/x/c"], ["b/c/d"]],
    ["{,a}b", ["b", "ab"], ["a"]],
    ["{a,{b,c}}", ["a", "b", "c"], ["{b"]],
    ["{a,b", ["{a,b"], ["a"]],
    ["a\\*", ["a*"], ["ab"]],
    ["\\[a\\]", ["[a]"], ["a"]],
    ["./a", ["a"], ["./a"]],
    ["A", ["A"], ["a"]],
    ["", [""], ["a"]],
  ])("%s", (pattern, yes, no) => {
    expect(yes.filter((path) => !matches(pattern, path))).toEqual([]);
    expect(no.filter((path) => matches(pattern, path))).toEqual([]);
  });

  test("a path without special characters matches itself and nothing else", () => {
    const name = fc
      .string({ unit: fc.constantFrom(..."aB.-_ é1"), minLength: 1, maxLength: 6 })
      .filter((text) => text !== ".");
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(matches(a, a)).toBe(true);
        expect(matches(a, b)).toBe(a === b);
        expect(matches("**/*", a)).toBe(true);
        expect(matches("*", a)).toBe(!a.includes("/"));
      }),
    );
  });

  test("stars, question marks and braces agree with a plain matcher that tries everything", () => {
    const pattern = fc
      .array(fc.constantFrom("a", "b", "/", "*", "?", "{a,b}", "{,b}"), { maxLength: 7 })
      .map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 7 });
    fc.assert(
      fc.property(
        pattern.filter((found) => !found.includes("**")),
        text,
        (given, path) => {
          expect(matches(given, path)).toBe(expandBraces(given).some((one) => tryAll(one, path)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("matching goes on from folder to folder, and says when nothing below can match", () => {
    const glob = readGlob("src/**/*.ts");
    const src = glob.advance(glob.start(), "src/");
    expect(glob.isMatch(glob.advance(src, "a.ts"))).toBe(true);
    expect(glob.advance(glob.start(), "test/").length).toBe(0);
  });

  test("no pattern makes matching slow", () => {
    const started = performance.now();
    expect(matches("*a".repeat(500), `${"a".repeat(4000)}b`)).toBe(false);
    expect(matches("{".repeat(1500), "x")).toBe(false);
    expect(matches(`${"{a,".repeat(300)}b${"}".repeat(300)}`, "b")).toBe(true);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(() => readGlob("a".repeat(5000))).toThrow("a pattern has more than 4096 characters");
  });
});

function expandBraces(pattern: string): string[] {
  const found = /\{([^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const [whole, inside = ""] = found;
  return inside.split(",").flatMap((one) => expandBraces(pattern.replace(whole, one)));
}

function tryAll(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern;
  const others = rest.join("");
  if (first === undefined) return text === "";
  if (first === "*")
    return tryAll(others, text) || (text !== "" && text[0] !== "/" && tryAll(pattern, text.slice(1)));
  if (text === "" || (first === "?" ? text[0] === "/" : text[0] !== first)) return false;
  return tryAll(others, text.slice(1));
}
