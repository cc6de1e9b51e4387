/**
 * The specification of the API, api.md, lies outside of this repository; its headings, and what it has only inferred, are
 * listed in api/. A test cites a heading in its own or its describe's name, as `§2.3` or `(api.md PutWebhook)`; one that
 * backs an inferred statement ends in `(inferred: api.md §2.3)`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SECTIONS, UNNUMBERED } from "./api/headings.ts";
import { INFERRED } from "./api/inferred.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));
const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && file !== "architecture/api.test.ts")
  .map((file) => withoutComments(readFileSync(join(folder, file), "utf8")))
  .join("\n");
const headings = [...Object.keys(SECTIONS).map((number) => `§${number}`), ...UNNUMBERED];

/** A comment is no name of a test. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");
}

/** All headings that tests name: any `§`, each word of a list behind `api.md`, and an operation that is spoken of there. */
function cited(): Set<string> {
  const numbers = tests.match(/§\d+(\.\d+)?/g) ?? [];
  const lists = [...tests.matchAll(/api\.md ((?:(?:§[\d.]+|[A-Z]\w+)(?:, | )?)+)/g)];
  const names = lists.flatMap(([, list = ""]) => list.match(/\b[A-Z][a-z]\w+/g) ?? []);
  const subjects = [...tests.matchAll(/["`]([A-Z]\w+)(?: [^"`\n]*)?\(api\.md /g)].map(
    ([, name = ""]) => name,
  );
  return new Set([...numbers, ...names, ...subjects.filter((name) => UNNUMBERED.includes(name))]);
}

/** `heading: name` of every test that says so. */
function markedInferred(): string[] {
  const marked = [...tests.matchAll(/(["`])((?:(?!\1|\n).)+) \(inferred: api\.md ([^)]+)\)\1/g)];
  return marked.flatMap(([, , name, list = ""]) => list.split(", ").map((heading) => `${heading}: ${name}`));
}

test("each heading of api.md is cited by a test", () => {
  const found = cited();
  expect(headings.filter((heading) => !found.has(heading))).toEqual([]);
});

test("no test cites what is no heading of api.md", () => {
  expect([...cited()].filter((heading) => !headings.includes(heading))).toEqual([]);
});

test("each statement that api.md infers has a test that is marked so, and no other test is", () => {
  const backing = Object.entries(INFERRED).flatMap(([heading, statements]) =>
    Object.values(statements).flatMap((names) => names.map((name) => `${heading}: ${name}`)),
  );
  const unbacked = Object.values(INFERRED).flatMap((statements) =>
    Object.entries(statements).filter(([, names]) => names.length === 0),
  );
  expect(unbacked).toEqual([]);
  expect(markedInferred().sort()).toEqual([...new Set(backing)].sort());
});
