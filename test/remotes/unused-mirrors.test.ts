import { mkdir, mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  basicAuthentication,
  fetchCommit,
  mirrorsIn,
  type Remote,
  removeUnusedMirrors,
} from "../../src/remotes/index.ts";
import { type GitHub, gitHub, TOKEN } from "../webhooks/support/github.ts";

const DAY_MS = 24 * 60 * 60_000;

let host: GitHub;
let cacheDir: string;
beforeEach(async () => {
  host = await gitHub();
  for (const name of ["octo/shop", "octo/cart"]) {
    await host.createRepository(name);
    await host.commit(name, "main", { "a.txt": "1" });
  }
  cacheDir = await mkdtemp(join(tmpdir(), "millrace-mirrors-"));
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  await rm(cacheDir, { recursive: true, force: true });
});

function remoteOf(name: string): Remote {
  const url = `${host.url}/${name}.git`;
  const config = basicAuthentication(url, { username: "x-access-token", password: TOKEN });
  return { url, owner: "nobody", config };
}

const fetched = (name: string) =>
  fetchCommit(remoteOf(name), { branch: "main" }, { cacheDir, signal: new AbortController().signal });

test("a mirror that nobody has used for thirty days goes, one that was used since stays; it comes again when it is needed", async () => {
  const { mirror: shop } = await fetched("octo/shop");
  const { mirror: cart } = await fetched("octo/cart");
  const used = (await stat(shop)).mtimeMs;
  await removeUnusedMirrors(mirrorsIn(cacheDir), used + 30 * DAY_MS);
  expect(await readdir(mirrorsIn(cacheDir))).toHaveLength(2);

  const before = new Date(used - 31 * DAY_MS);
  for (const mirror of [shop, cart]) await utimes(mirror, before, before);
  const { commitId } = await fetched("octo/shop");
  await removeUnusedMirrors(mirrorsIn(cacheDir), used);
  expect((await readdir(mirrorsIn(cacheDir))).map((name) => join(mirrorsIn(cacheDir), name))).toEqual([shop]);
  expect(await fetched("octo/shop")).toEqual({ mirror: shop, commitId });
  expect((await fetched("octo/cart")).mirror).toBe(cart);
});

test("what a process left that died while it removed a mirror goes at once; where there are none nothing happens", async () => {
  await removeUnusedMirrors(mirrorsIn(cacheDir), Date.now());
  await mkdir(join(mirrorsIn(cacheDir), "abc.git.going-1", "objects"), { recursive: true });
  await removeUnusedMirrors(mirrorsIn(cacheDir), Date.now());
  expect(await readdir(mirrorsIn(cacheDir))).toEqual([]);
});

test("what is no mirror isn't touched, as a file system's own folder", async () => {
  const own = join(mirrorsIn(cacheDir), "lost+found");
  await mkdir(own, { recursive: true });
  await utimes(own, new Date(0), new Date(0));
  await removeUnusedMirrors(mirrorsIn(cacheDir), Date.now());
  expect(await readdir(mirrorsIn(cacheDir))).toEqual(["lost+found"]);
});

test("one that can't be removed doesn't keep the others, and is told of", async () => {
  const folder = mirrorsIn(cacheDir);
  // Too long for the name that it is to go by.
  const stuck = `${"a".repeat(240)}.git`;
  for (const name of [stuck, `${"b".repeat(32)}.git`]) {
    await mkdir(join(folder, name), { recursive: true });
    await utimes(join(folder, name), new Date(0), new Date(0));
  }
  await expect(removeUnusedMirrors(folder, Date.now())).rejects.toThrow("ENAMETOOLONG");
  expect(await readdir(folder)).toEqual([stuck]);
});
