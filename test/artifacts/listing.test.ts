import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attributes, content, nobody, objectStore, type Place } from "./support.ts";

let place: Place;
beforeEach(async () => {
  place = await objectStore({ versioned: true });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const inOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What a listing is, said plainly: every key behind the prefix, or what it is rolled up into, once and in order. */
function expected(keys: readonly string[], prefix: string, delimiter: string | undefined): string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : `${key.slice(0, at)}${delimiter}`;
    });
  return [...new Set(entries)].toSorted(inOrder);
}

test("a listing page by page is every key or common prefix once, in order, for any prefix, delimiter and page size", async () => {
  const letters = ["a", "b", "/", "ü", "\uffff", "\u{1f600}", "\u{10ffff}", "-"];
  const name = (minLength: number) =>
    fc.array(fc.constantFrom(...letters), { minLength, maxLength: 5 }).map((parts) => parts.join(""));
  const keys = fc.sample(name(1), { numRuns: 120, seed: 4 });
  for (const key of new Set(keys)) {
    await place.objects.objects.put({ bucket: "things", key }, attributes, content("x"), { written: nobody });
  }
  await fc.assert(
    fc.asyncProperty(
      name(0),
      fc.constantFrom(undefined, "/", "a", "ü", "b/"),
      fc.integer({ min: 1, max: 7 }),
      async (prefix, delimiter, limit) => {
        const wanted = expected(keys, prefix, delimiter);
        expect(await walk({ prefix, limit, ...(delimiter && { delimiter }) }, "list")).toEqual(wanted);
        expect(await walk({ prefix, limit, ...(delimiter && { delimiter }) }, "listVersions")).toEqual(
          wanted,
        );
      },
    ),
    { numRuns: 60 },
  );
});

async function walk(
  query: { prefix: string; delimiter?: string; limit: number },
  how: "list" | "listVersions",
): Promise<string[]> {
  const entries: string[] = [];
  let after: { after?: string; afterVersion?: string } = {};
  for (;;) {
    const page =
      how === "list"
        ? await place.objects.objects.list("things", { ...query, ...after })
        : await place.objects.objects.listVersions("things", { ...query, ...after });
    expect(page.items.length + page.prefixes.length).toBeLessThanOrEqual(query.limit);
    entries.push(...[...page.items.map((item) => item.key), ...page.prefixes].toSorted(inOrder));
    if (page.next === undefined) return entries;
    if ("prefix" in page.next) after = { after: page.next.prefix };
    else {
      const { key, versionId } = page.next.item;
      after = { after: key, ...(how === "listVersions" && versionId && { afterVersion: versionId }) };
    }
  }
}
