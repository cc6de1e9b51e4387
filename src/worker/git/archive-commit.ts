/** The zip of a commit's tree (P1.3): the same commit makes the same bytes, so each worker makes it once. */
import { randomUUID } from "node:crypto";
import { link, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { GitOutputError, inTurn, ObjectReader } from "../../remotes/index.ts";
import {
  ARCHIVE_LIMITS,
  ArchiveTooLargeError,
  type NewZipEntry,
  sizeText,
  writeZip,
} from "../archive/index.ts";
import { pruneFolder } from "../cache-folder.ts";
import { ProviderError } from "../provider.ts";
import type { Commit } from "./commit.ts";
import { listTree, type TreeEntry } from "./tree.ts";

export interface ArchiveRequest {
  /** For messages. */
  readonly repositoryName: string;
  readonly mirror: string;
  readonly commit: Commit;
  /** Where the zip is to be; nothing is there yet. */
  readonly file: string;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
}

const KEPT = { files: 32, bytes: 4 * 1024 ** 3 };

/** @throws ProviderError when the tree is too large or holds a name that a zip can't */
export async function archiveCommit(request: ArchiveRequest): Promise<void> {
  const folder = join(request.cacheDir, "archives");
  const cached = join(folder, `${request.commit.id}.zip`);
  await inTurn(cached, async () => {
    if (await linked(cached, request.file)) {
      return;
    }
    await mkdir(folder, { recursive: true });
    const making = `${cached}.${randomUUID()}`;
    try {
      await build(request, making);
      await rename(making, cached);
    } finally {
      await rm(making, { force: true });
    }
    // A link of its own keeps the job's zip when the cache lets go of it.
    await link(cached, request.file);
    await pruneFolder(folder, KEPT);
  });
}

async function linked(cached: string, file: string): Promise<boolean> {
  return await link(cached, file).then(
    () => true,
    () => false,
  );
}

async function build(request: ArchiveRequest, file: string): Promise<void> {
  const { mirror, commit, signal } = request;
  const tooMany = () => tooLarge(request, `${ARCHIVE_LIMITS.entries.toLocaleString("en-US")} entries`);
  const tree = await listTree(mirror, commit.id, signal).catch((error: unknown) => {
    throw error instanceof GitOutputError ? tooMany() : error;
  });
  if (tree.length > ARCHIVE_LIMITS.entries) throw tooMany();
  await using objects = new ObjectReader(mirror, signal);
  try {
    await writeZip(zipEntries(tree, commit, objects), file, ARCHIVE_LIMITS.packedBytes);
  } catch (error) {
    throw error instanceof ArchiveTooLargeError
      ? tooLarge(request, sizeText(ARCHIVE_LIMITS.packedBytes))
      : error;
  }
}

async function* zipEntries(
  tree: readonly TreeEntry[],
  commit: Commit,
  objects: ObjectReader,
): AsyncGenerator<NewZipEntry> {
  for (const { kind, objectId, path } of tree) {
    const entry = { path: utf8(path, commit.id), modified: commit.committedAt };
    const stream = { kind: "stream", open: async () => (await objects.open(objectId)).body } as const;
    switch (kind) {
      case "file":
        yield { ...entry, mode: 0o644, source: stream };
        break;
      case "executable":
        yield { ...entry, mode: 0o755, source: stream };
        break;
      case "link": {
        const target = (await objects.read(objectId)).toString("utf8");
        yield { ...entry, mode: 0o777, source: { kind: "link", target } };
        break;
      }
      case "submodule":
        yield { ...entry, mode: 0o755, source: { kind: "folder" } };
        break;
    }
  }
}

function utf8(path: Buffer, commitId: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(path);
  } catch {
    const escaped = path
      .toString("latin1")
      .replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
    throw new ProviderError(
      "ConfigurationError",
      `File name in commit ${commitId} is not valid UTF-8: ${escaped}`,
    );
  }
}

function tooLarge({ repositoryName, commit }: ArchiveRequest, limit: string): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `Repository ${repositoryName} at ${commit.id} is larger than the limit of ${limit} for source artifacts`,
  );
}
