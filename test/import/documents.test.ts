/** What stands in a file is judged before anything is made of it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseText } from "../../src/import/documents/parse.ts";
import { readDocuments } from "../../src/import/documents/read.ts";
import { ImportProblem } from "../../src/import/problem.ts";
import { temporaryFolder } from "../cli/millrace.ts";

function refused(text: string): string {
  try {
    parseText(text);
  } catch (error) {
    if (error instanceof ImportProblem) return error.message;
    throw error;
  }
  throw new Error("the document was taken");
}

describe("aliases of YAML", () => {
  test("are what they name, however often", () => {
    const text = `a: &a {k: v}\n${Array.from({ length: 200 }, (_, n) => `b${n}: *a\n`).join("")}`;
    const content = parseText(text) as Record<string, unknown>;
    expect(Object.keys(content)).toHaveLength(201);
    expect(content.b199).toEqual({ k: "v" });
  });

  test.each([
    ["a mapping", "a: &x\n  b: *x\n", "x", "line 2, column 6"],
    ["a list", "a: &x [1, [*x]]\n", "x", "line 1, column 12"],
    ["a key", "a: &x\n  *x : 1\n", "x", "line 2, column 3"],
    ["a short function", "a: &loop\n  b: !Join [',', *loop]\n", "loop", "line 2, column 18"],
  ])("can't stand inside of what they name: %s", (_, text, name, place) => {
    expect(refused(text)).toBe(`The alias *${name} stands inside of what it names at ${place}`);
  });

  test("name an anchor before them", () => {
    expect(refused("a: 1\nb: *no\n")).toBe("The alias *no names no anchor before it at line 2, column 4");
  });

  test("can't make a small file a large one", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let n = 1; n < 20; n++)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(",")}]`,
      );
    expect(refused(lines.join("\n"))).toBe(
      "With its aliases followed the document is larger than 500,000 values",
    );
  });
});

test.each([
  ["YAML", `a: ${"[".repeat(300)}${"]".repeat(300)}`],
  ["YAML that doesn't end", `a: ${"[".repeat(20_000)}`],
  ["JSON", `{"a":${"[".repeat(300)}${"]".repeat(300)}}`],
])("a document that is nested too deep is refused: %s", (_, text) => {
  expect(refused(text)).toBe("The document is nested deeper than 200");
});

test("problems name the file", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "loop.yml");
  await writeFile(path, "Resources: &r\n  A: *r\n");
  await expect(readDocuments(path)).rejects.toThrow(
    `${path}: The alias *r stands inside of what it names at line 2, column 6`,
  );
});
