import { constants, createReadStream } from "node:fs";
import { access, copyFile, type FileHandle, mkdir, open, readdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";

/** Read at once from disk; also what a reader holds in memory. */
const readSize = 256 * 1024;

/**
 * The files below `<dataDir>/objects`, each one object's or one part's bytes, named by a random id and never by the key
 * (attack A10). A file is written once and never changed.
 *
 * Between its creation and the commit that makes it an object's, a file is *pending*; while a reader needs it, it is
 * *held*, and removing it waits for the reader. Both live in memory: one process works on a data directory.
 */
export class ContentFiles {
  readonly #root: string;
  readonly #newName: () => string;
  readonly #folders = new Map<string, Promise<void>>();
  readonly #pending = new Set<string>();
  readonly #held = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(root: string, newName: () => string) {
    this.#root = root;
    this.#newName = newName;
  }

  /**
   * Writes a new file and makes it last through a power cut. On failure nothing is left of it.
   * @param seen is called with each chunk, while the disk works
   * @returns the file's name, pending until `settle`
   */
  async write(bytes: AsyncIterable<Uint8Array>, seen: (chunk: Uint8Array) => void): Promise<string> {
    const file = this.#newName();
    this.#pending.add(file);
    try {
      const folder = this.#folderOf(file);
      await this.#ensureFolder(folder);
      const handle = await open(join(folder, file), "wx", 0o600);
      try {
        for await (const chunk of bytes) {
          const written = writeFully(handle, chunk);
          seen(chunk);
          await written;
        }
        await Promise.all([handle.sync(), syncFolder(folder)]);
      } finally {
        await handle.close();
      }
      return file;
    } catch (error) {
      await this.remove([file]);
      throw error;
    }
  }

  /**
   * Makes a copy of a file and makes it last: the system's work, which shares the blocks where the disk can.
   * @returns the copy's name, pending until `settle`
   */
  async copy(source: string): Promise<string> {
    const file = this.#newName();
    this.#pending.add(file);
    try {
      const folder = this.#folderOf(file);
      await this.#ensureFolder(folder);
      const { COPYFILE_EXCL, COPYFILE_FICLONE } = constants;
      await copyFile(this.#pathOf(source), join(folder, file), COPYFILE_EXCL | COPYFILE_FICLONE);
      await Promise.all([syncFile(join(folder, file)), syncFolder(folder)]);
      return file;
    } catch (error) {
      await this.remove([file]);
      throw error;
    }
  }

  async has(file: string): Promise<boolean> {
    return access(this.#pathOf(file)).then(
      () => true,
      () => false,
    );
  }

  /** The commit that this file waited for is done: it is an object's from now on. */
  settle(file: string): void {
    this.#pending.delete(file);
  }

  /** Keeps `files` from being removed until the answered function is called. */
  hold(files: readonly string[]): () => void {
    for (const file of files) this.#held.set(file, (this.#held.get(file) ?? 0) + 1);
    return () => {
      for (const file of files) this.#release(file);
    };
  }

  /** @param end last byte, included */
  read(file: string, start: number, end: number): Readable {
    return createReadStream(this.#pathOf(file), { start, end, highWaterMark: readSize });
  }

  /** Removes files that no row names any more, or that never became an object's. */
  async remove(files: readonly string[]): Promise<void> {
    await Promise.all(files.map((file) => this.#remove(file)));
  }

  /**
   * Removes what a crash left: files that no row names. New files may come while it runs.
   * @param inUse those of the given files that rows name
   */
  async sweep(inUse: (files: readonly string[]) => Promise<Set<string>>, signal: AbortSignal): Promise<void> {
    for (const folder of await namesIn(this.#root)) {
      const files = (await namesIn(join(this.#root, folder))).filter((file) => !this.#pending.has(file));
      for (let at = 0; at < files.length; at += 500) {
        if (signal.aborted) return;
        const batch = files.slice(at, at + 500);
        const used = await inUse(batch);
        await this.remove(batch.filter((file) => !used.has(file)));
      }
    }
  }

  async #remove(file: string): Promise<void> {
    if (this.#held.has(file)) {
      this.#doomed.add(file);
      return;
    }
    this.#doomed.delete(file);
    try {
      await unlink(this.#pathOf(file));
    } catch {
      // Never came to be, or can't be removed now: the next start's sweep finds it.
    } finally {
      this.#pending.delete(file);
    }
  }

  #release(file: string): void {
    const left = (this.#held.get(file) ?? 1) - 1;
    if (left > 0) {
      this.#held.set(file, left);
      return;
    }
    this.#held.delete(file);
    if (this.#doomed.has(file)) void this.#remove(file);
  }

  /** 256 folders, so that none grows too long to list. */
  #folderOf(file: string): string {
    return join(this.#root, file.slice(0, 2));
  }

  #pathOf(file: string): string {
    return join(this.#folderOf(file), file);
  }

  async #ensureFolder(folder: string): Promise<void> {
    let made = this.#folders.get(folder);
    if (made === undefined) {
      made = this.#makeFolder(folder);
      this.#folders.set(folder, made);
      made.catch(() => this.#folders.delete(folder));
    }
    await made;
  }

  /** Its name is made to last in the root, and the root's, which may be as new, in the data directory. */
  async #makeFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await syncFolder(this.#root);
    await syncFolder(dirname(this.#root));
  }
}

async function writeFully(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let done = 0;
  while (done < chunk.length) done += (await handle.write(chunk, done)).bytesWritten;
}

/** Makes a new name in a folder last. */
function syncFolder(folder: string): Promise<void> {
  return sync(folder, "r");
}

function syncFile(path: string): Promise<void> {
  return sync(path, "r+");
}

async function sync(path: string, flags: "r" | "r+"): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
