import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { refuseEntry } from "./refusal.ts";
import { foldersAbove } from "./tree.ts";

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * A fresh folder that an archive is unpacked into. Every segment on the way to a file was made here, by us, as a real
 * folder; every file is new; links come last (P12.5). So no path ever leads through something the archive planted,
 * and a name that the file system takes for another one shows itself as "already there" (A11).
 */
export class TargetFolder {
  readonly #root: string;
  readonly #artifact: string;
  readonly #folders = new Map<string, Promise<void>>();

  constructor(root: string, artifact: string) {
    this.#root = root;
    this.#artifact = artifact;
  }

  /** @throws ProviderError when the file system already has something under that name */
  makeFolder(path: string): Promise<void> {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const made = this.#makeFolderIn(path);
    this.#folders.set(path, made);
    return made;
  }

  async createFile(path: string, mode: number): Promise<FileHandle> {
    await this.#makeParent(path);
    return open(join(this.#root, path), NEW_FILE, mode).catch((error: unknown) => this.#explain(path, error));
  }

  async createLink(path: string, target: string): Promise<void> {
    await this.#makeParent(path);
    await symlink(target, join(this.#root, path)).catch((error: unknown) => this.#explain(path, error));
  }

  async #makeFolderIn(path: string): Promise<void> {
    await this.#makeParent(path);
    await mkdir(join(this.#root, path), 0o755).catch((error: unknown) => this.#explain(path, error));
  }

  async #makeParent(path: string): Promise<void> {
    const [parent] = foldersAbove(path);
    if (parent !== undefined) await this.makeFolder(parent);
  }

  async #explain(path: string, error: unknown): Promise<never> {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw refuseEntry(this.#artifact, path, `becomes '${await this.#nameOnDisk(path)}' on this file system`);
  }

  /** The name under which the file system keeps what it found at `path`. */
  async #nameOnDisk(path: string): Promise<string> {
    const there = join(this.#root, path);
    const { ino } = await lstat(there);
    for (const name of await readdir(dirname(there))) {
      if (name !== basename(path) && (await lstat(join(dirname(there), name))).ino === ino) return name;
    }
    return basename(path);
  }
}
