import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createArtifacts, type IncomingContent, type ObjectStore } from "../../src/core/artifacts/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

export const ambient = { now: () => Date.now(), newId: () => randomUUID(), randomBytes };
export const account = "000000000000";
export const attributes = { headers: {}, metadata: {} };
export const nobody = async () => undefined;

export interface Place extends AsyncDisposable {
  readonly dataDir: string;
  readonly store: Store;
  objects: ObjectStore;
  /** Ends the object store and starts it again on the same files and rows. */
  restart(): Promise<void>;
  files(): Promise<string[]>;
}

/** An object store on an empty database and folder, with the bucket `things`. */
export async function objectStore({ versioned = false } = {}): Promise<Place> {
  const store = await emptyStore();
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-artifacts-"));
  const start = () => createArtifacts({ store, dataDir, ambient });
  const place = {
    store,
    dataDir,
    objects: start(),
    async restart() {
      await place.objects.close();
      place.objects = start();
    },
    async files() {
      const found = await readdir(dataDir, { recursive: true, withFileTypes: true });
      return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
    async [Symbol.asyncDispose]() {
      await place.objects.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await place.objects.ensureBucket({
    name: "things",
    account,
    region: "us-east-1",
    versioned,
  });
  return place;
}

export function content(...chunks: (string | Uint8Array)[]): IncomingContent {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  return { bytes: bytes(), sha256: false, verify: () => undefined };
}
