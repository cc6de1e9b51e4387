/** The two files that make an installation: the root key, and the secret that everything sealed hangs on. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { newCredentials } from "./new-keys.ts";

export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const SECRET_BYTES = 32;

/**
 * Reads `credentials.json` of the data directory; the first start writes it (mode 0600).
 * @throws Error when the file is there and isn't what it should be
 */
export async function rootCredentials(dataDir: string): Promise<RootCredentials> {
  const path = join(dataDir, "credentials.json");
  const text = await readOrCreate(
    path,
    () => `${JSON.stringify(newCredentials(randomBytes), undefined, 2)}\n`,
  );
  const value = parse(text);
  if (!isRootCredentials(value))
    throw new Error(
      `${path} must hold {"accessKeyId": "…", "secretAccessKey": "…"}, both non-empty strings; repair it, or remove it to get a new key`,
    );
  return { accessKeyId: value.accessKeyId, secretAccessKey: value.secretAccessKey };
}

/**
 * The 32 bytes of `given` (64 hex digits or base64, from MILLRACE_SECRET_KEY), else of `secret.key` in the data
 * directory, which the first start writes (mode 0600).
 * @throws Error when there is something else in it
 */
export async function installationSecret(dataDir: string, given: string | undefined): Promise<Uint8Array> {
  if (given !== undefined) return decodeSecret(given, "MILLRACE_SECRET_KEY");
  const path = join(dataDir, "secret.key");
  return decodeSecret(
    await readOrCreate(path, () => `${randomBytes(SECRET_BYTES).toString("base64")}\n`),
    path,
  );
}

function decodeSecret(text: string, where: string): Uint8Array {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, /^[0-9a-f]{64}$/i.test(trimmed) ? "hex" : "base64");
  if (bytes.length !== SECRET_BYTES)
    throw new Error(
      `${where} must hold ${SECRET_BYTES} bytes as base64 or hexadecimal, got ${bytes.length}; \`openssl rand -base64 ${SECRET_BYTES}\` makes one`,
    );
  return bytes;
}

function isRootCredentials(value: unknown): value is RootCredentials {
  return (
    typeof value === "object" &&
    value !== null &&
    "accessKeyId" in value &&
    isFilled(value.accessKeyId) &&
    "secretAccessKey" in value &&
    isFilled(value.secretAccessKey)
  );
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The file appears whole or not at all, and whoever comes second takes the first one's. */
async function readOrCreate(path: string, content: () => string): Promise<string> {
  const there = await readIfThere(path);
  if (there !== undefined) return there;
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(content());
    await file.sync();
    await file.close();
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  return readFile(path, "utf8");
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
