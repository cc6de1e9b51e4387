import { describe, expect, test } from "vitest";
import { readGlob } from "../../src/core/triggers/index.ts";
import { PatternError } from "../../src/matching/index.ts";

describe("S4.23: globs", () => {
  test.each([
    [1, "main", "main", true],
    [2, "main", "Main", false],
    [3, "main", "main2", false],
    [4, "*", "main", true],
    [5, "*", "feature/x", false],
    [6, "**", "feature/x/y", true],
    [7, "feature/*", "feature/x", true],
    [8, "feature/*", "feature/x/y", false],
    [9, "feature/*", "feature/", true],
    [10, "feature/**", "feature/x/y", true],
    [11, "feature/**", "feature", false],
    [12, "feature**", "feature", true],
    [13, "feature**", "features/x", true],
    [14, "release-v?", "release-v1", true],
    [15, "release-v?", "release-v10", false],
    [16, "v?/x", "v//x", false],
    [17, "v[0-9].*", "v1.2.3", true],
    [18, "v[0-9].*", "va.2", false],
    [19, "v[!0-9]", "va", true],
    [20, "v[!0-9]", "v1", false],
    [21, "[^a]", "b", false],
    [22, "**/README.md", "README.md", true],
    [23, "**/README.md", "a/b/README.md", true],
    [24, "**/README.md", "a/MYREADME.md", false],
    [25, "common/**/*.js", "common/y.js", true],
    [26, "common/**/*.js", "common/x/y.js", true],
    [27, "common/**/*.js", "common/x/y.jsx", false],
    [28, "a/**/b", "a/b", true],
    [29, "a/**/b", "a/x/y/b", true],
    [30, "a/**/b", "axb", false],
    [31, "a**b", "a/x/b", true],
    [32, "*.md", "README.md", true],
    [33, "*.md", "docs/a.md", false],
    [34, "*.*", "Makefile", false],
    [35, "*", ".env", true],
    [36, "*.{java,class}", "A.class", true],
    [37, "*.{java,class}", "A.kt", false],
    [38, "{src,lib}/**", "lib/a/b", true],
    [39, "a{,b}c", "ac", true],
    [40, "{a*,b}", "axx", true],
    [41, "foo.?", "foo.", false],
    [42, "a\\*b", "a*b", true],
    [43, "a\\*b", "axb", false],
    [44, "a[*]b", "a*b", true],
    [45, "[-a]x", "-x", true],
    [46, "!main", "dev", false],
    [47, "/src/**", "src/a", false],
    [48, "src/", "src/a", false],
    [49, "./src/*", "src/a", false],
    [50, "refs/heads/*", "main", false],
  ] as const)("row %i: %s of %s: %s", (_, pattern, value, met) => {
    expect(readGlob(pattern).matches(value)).toBe(met);
  });

  test.each([
    ["[+-9]", "/", false],
    ["[a-]", "-", true],
    ["[!-a]", "-", false],
    ["[]", "", undefined],
    ["?", "💡", true],
    ["a}b,c", "a}b,c", true],
    ["+(a)", "+(a)", true],
    ["{**/a,b}", "x/a", true],
    ["src/{**/,}a", "src/a", true],
  ] as const)("S4.22: %s of %s: %s", (pattern, value, met) => {
    if (met === undefined) expect(() => readGlob(pattern)).toThrow(PatternError);
    else expect(readGlob(pattern).matches(value)).toBe(met);
  });

  test.each(["[a", "{a", "{a{b}}", "[]", "[!]", "[z-a]", "[a/b]", "a\\", "a\tb"])(
    "S4.4: %s is malformed",
    (pattern) => {
      expect(() => readGlob(pattern)).toThrow(PatternError);
    },
  );

  test("no pattern takes longer than in proportion to it and the text", () => {
    expect(readGlob("*a".repeat(127)).size).toBeLessThan(400);
    expect(readGlob(`{${"*,".repeat(126)}}`).size).toBeLessThan(400);
  });
});
