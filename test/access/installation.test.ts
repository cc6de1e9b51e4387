import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installationSecret, rootCredentials } from "../../src/core/access/index.ts";

async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "millrace-access-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("the first start writes credentials.json for its owner's eyes, later ones read it", async () => {
  await using dir = await folder();
  const first = await rootCredentials(dir.path);
  expect(first.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(first.secretAccessKey, "stands in a URL as it is").toMatch(/^[A-Z2-7]{40}$/);
  const file = join(dir.path, "credentials.json");
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(first);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await rootCredentials(dir.path)).toEqual(first);
  expect(await readdir(dir.path)).toEqual(["credentials.json"]);
});

test("starts at the same moment agree on one key", async () => {
  await using dir = await folder();
  const keys = await Promise.all(Array.from({ length: 8 }, () => rootCredentials(dir.path)));
  expect(new Set(keys.map((key) => key.accessKeyId)).size).toBe(1);
});

test.each(["", "{", "[]", '{"accessKeyId":"x"}', '{"accessKeyId":"x","secretAccessKey":""}'])(
  "a credentials.json of '%s' is refused with what it must hold",
  async (text) => {
    await using dir = await folder();
    await writeFile(join(dir.path, "credentials.json"), text);
    await expect(rootCredentials(dir.path)).rejects.toThrow(/credentials\.json must hold \{"accessKeyId"/);
  },
);

test("the secret comes from MILLRACE_SECRET_KEY, else from secret.key, which the first start writes", async () => {
  await using dir = await folder();
  const secret = await installationSecret(dir.path, undefined);
  expect(secret).toHaveLength(32);
  expect(await installationSecret(dir.path, undefined)).toEqual(secret);
  expect((await stat(join(dir.path, "secret.key"))).mode & 0o777).toBe(0o600);
  expect(await installationSecret(dir.path, "ab".repeat(32))).toEqual(Buffer.alloc(32, 0xab));
  await expect(installationSecret(dir.path, "short")).rejects.toThrow(
    /MILLRACE_SECRET_KEY must hold 32 bytes as base64 or hexadecimal/,
  );
  await chmod(join(dir.path, "secret.key"), 0o600);
  await writeFile(join(dir.path, "secret.key"), "AAAA");
  await expect(installationSecret(dir.path, undefined)).rejects.toThrow(/secret\.key must hold 32 bytes/);
});
