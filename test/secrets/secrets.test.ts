import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSealedTexts } from "../../src/core/access/index.ts";
import { createSecrets, type Secrets } from "../../src/core/secrets/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

const scope = { account: "000000000000", region: "us-east-1" };
const ambient = { now: Date.now, newId: randomUUID, randomBytes };
const reader = { pipeline: "app" };

let store: Store;
let secrets: Secrets;
/** A name of each test's own. */
let name: string;
beforeAll(async () => {
  store = await emptyStore();
  secrets = createSecrets({ store, ambient, access: createSealedTexts(randomBytes(32), randomBytes) });
});
afterAll(() => store.close());
beforeEach(() => {
  name = `/test/${randomUUID()}`;
});

const resolve = (reference = name, who: { pipeline: string; project?: string } = reader, from = secrets) =>
  from.resolve(scope, who, "secrets-manager", reference);

test("P3.9 one name space for both kinds; the value before the last stays as AWSPREVIOUS, older ones go", async () => {
  for (const value of ["first", "second", "third"]) await secrets.set(scope, name, value, undefined);
  expect(await resolve()).toEqual({ value: "third" });
  expect(await secrets.resolve(scope, reader, "parameter-store", name)).toEqual({ value: "third" });
  expect(await resolve(`${name}::AWSPREVIOUS`)).toEqual({ value: "second" });
  const versions = (await secrets.list(scope)).find((secret) => secret.name === name)?.versions;
  expect(versions?.map(({ stage }) => stage)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  expect(await resolve(`${name}:::${versions?.[1]?.id}`)).toEqual({ value: "second" });
});

test("values that are set at once are all taken, one after the other", async () => {
  await Promise.all(["a", "b", "c", "d"].map((value) => secrets.set(scope, name, value, undefined)));
  const values = await Promise.all([resolve(), resolve(`${name}::AWSPREVIOUS`)]);
  expect(new Set(values.map((resolved) => JSON.stringify(resolved))).size).toBe(2);
});

test("P3.10 what isn't there, is of another region, or was removed, isn't found", async () => {
  const missing = {
    refused: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  };
  expect(await resolve()).toEqual(missing);
  await secrets.set(scope, name, "value", undefined);
  expect(await secrets.resolve({ ...scope, region: "eu-west-1" }, reader, "parameter-store", name)).toEqual({
    refused: `parameter does not exist: ${name}`,
  });
  expect(await secrets.remove(scope, name)).toBe(true);
  expect(await secrets.remove(scope, name)).toBe(false);
  expect(await resolve()).toEqual(missing);
  await secrets.set(scope, name, "again", undefined);
  expect(await resolve(`${name}::AWSPREVIOUS`)).toHaveProperty("refused");
});

test("P3.11 the allow list names projects and pipelines, and stays when only the value changes", async () => {
  await secrets.set(scope, name, "value", ["project:web", "pipeline:release"]);
  await secrets.set(scope, name, "value", undefined);
  const allowed = [{ pipeline: "release" }, { pipeline: "app", project: "web" }];
  for (const who of allowed) expect(await resolve(name, who)).toEqual({ value: "value" });
  const others = [{ pipeline: "web" }, { pipeline: "app" }, { pipeline: "app", project: "release" }];
  for (const who of others)
    expect(await resolve(name, who)).toEqual({
      refused: expect.stringMatching(/^AccessDeniedException: /),
    });
});

describe("A13 at rest", () => {
  test("no row has the value, and a value in another secret's row opens for nobody", async () => {
    const other = `${name}/other`;
    await secrets.set(scope, name, "hidden-value", undefined);
    await secrets.set(scope, other, "other-value", undefined);
    const rows = await store.read.selectFrom("secret_version").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain("hidden-value");
    const hidden = rows.find((row) => row.name === name)!;
    await store.transaction(async (tx) => {
      await tx
        .updateTable("secret_version")
        .set({ sealed: hidden.sealed, id: hidden.id })
        .where("name", "=", other)
        .execute();
    });
    expect(await resolve(other)).toEqual({ refused: expect.stringContaining("set it again") });
  });

  test("a server with another key says so", async () => {
    await secrets.set(scope, name, "value", undefined);
    const stranger = createSecrets({
      store,
      ambient,
      access: createSealedTexts(randomBytes(32), randomBytes),
    });
    expect(await resolve(name, reader, stranger)).toEqual({
      refused: expect.stringContaining("sealed with another key"),
    });
  });
});

test.each<[what: string, name: string, value: string, allowed: string[] | undefined, message: RegExp]>([
  ["a name with a colon", "a:b", "value", undefined, /^a secret's name/],
  ["no name", "", "value", undefined, /^a secret's name/],
  ["no value", "a", "", undefined, /got 0$/],
  ["a value that is too large", "a", "x".repeat(65_537), undefined, /got 65537$/],
  ["a NUL", "a", "x\0", undefined, /NUL/],
  ["an empty list", "a", "value", [], /got 0$/],
  ["a list of something else", "a", "value", ["user:me"], /got 'user:me'$/],
])("%s is refused, and nothing is kept", async (_, given, value, allowed, message) => {
  await expect(secrets.set(scope, given, value, allowed)).rejects.toThrow(message);
  expect((await secrets.list(scope)).filter((secret) => secret.name === given)).toEqual([]);
});
