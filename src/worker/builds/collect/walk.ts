import type { Dirent } from "node:fs";
import { readdir, readlink, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import type { Automaton } from "../../../matching/index.ts";

/** A file or link that one of the patterns matched. */
export interface FoundFile {
  /** Relative to the base, `/` between segments. */
  readonly path: string;
  /** Absolute; of what the link points to, where links are followed. */
  readonly file: string;
  readonly mode: number;
  readonly modified: Date;
  /** Target text, where the link itself is kept. */
  readonly linkTarget?: string;
}

export interface WalkOptions {
  readonly base: string;
  readonly patterns: readonly Automaton[];
  /** Folders that followed links may lead into: what the build could write (P3.31). Real paths. */
  readonly allowed: readonly string[];
  /** Keep links whose target is inside the base as links, instead of following them. */
  readonly keepLinks: boolean;
  /** What the target of a link is to the worker, which a build's command has made. */
  outside(path: string): string;
  warn(text: string): void;
}

export interface WalkResult {
  readonly files: readonly FoundFile[];
  /** By the index of the pattern: whether it matched a file, and whether it named a folder itself. */
  readonly matched: ReadonlySet<number>;
  readonly namedFolders: ReadonlySet<number>;
}

type States = readonly (readonly number[])[];

/**
 * Finds the files below a base that the patterns match (P3.27, P3.28). The patterns go along from folder to folder,
 * so one that can't match anything below a folder costs nothing there.
 */
export async function walk(options: WalkOptions): Promise<WalkResult> {
  const walker = new Walker(options);
  await walker.folder(
    options.base,
    "",
    options.patterns.map((pattern) => pattern.start()),
    [await realpath(options.base)],
  );
  return walker;
}

class Walker implements WalkResult {
  readonly files: FoundFile[] = [];
  readonly matched = new Set<number>();
  readonly namedFolders = new Set<number>();
  readonly #options: WalkOptions;
  /** Real paths of folders that links led to: each is walked once. */
  readonly #linkedFolders = new Set<string>();

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** @param above real paths of this folder and those that it was reached through */
  async folder(folder: string, prefix: string, states: States, above: readonly string[]): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort(byName)) {
      const here = this.#advance(states, entry.name);
      if (here.every((one) => one.length === 0)) continue;
      const path = prefix + entry.name;
      const file = join(folder, entry.name);
      if (entry.isSymbolicLink()) await this.#link(file, path, here, above);
      else if (entry.isDirectory()) await this.#below(file, path, here, [...above, file]);
      else if (entry.isFile()) await this.#file(file, path, here);
    }
  }

  async #file(file: string, path: string, states: States): Promise<void> {
    if (!this.#note(states, this.matched)) return;
    const { mode, mtime } = await stat(file);
    this.files.push({ path, file, mode: mode & 0o777, modified: mtime });
  }

  async #below(folder: string, path: string, states: States, above: readonly string[]): Promise<void> {
    this.#note(states, this.namedFolders);
    const below = this.#advance(states, "/");
    if (below.some((one) => one.length > 0)) await this.folder(folder, `${path}/`, below, above);
  }

  async #link(file: string, path: string, states: States, above: readonly string[]): Promise<void> {
    const { keepLinks, outside, warn } = this.#options;
    if (keepLinks) return await this.#keepLink(file, path, states);
    const target = await readlink(file);
    const real = await realpath(isAbsolute(target) ? outside(target) : file).catch(() => undefined);
    if (real === undefined) return warn(`${path} is a link to nothing and is skipped`);
    if (!this.#options.allowed.some((folder) => isInside(real, folder))) {
      return warn(`${path} is a link that leaves the build's folders and is skipped`);
    }
    if (!(await stat(real)).isDirectory()) return await this.#file(real, path, states);
    if (above.includes(real) || this.#linkedFolders.has(real)) {
      return warn(`${path} is a link to a folder that is already taken and is skipped`);
    }
    this.#linkedFolders.add(real);
    await this.#below(real, path, states, [...above, real]);
  }

  async #keepLink(file: string, path: string, states: States): Promise<void> {
    if (!this.#note(states, this.matched)) return;
    const target = await readlink(file);
    if (!isInside(resolve(dirname(file), target), this.#options.base)) {
      return this.#options.warn(`${path} is a link that leaves the base directory and is skipped`);
    }
    this.files.push({ path, file, mode: 0o777, modified: new Date(0), linkTarget: target });
  }

  #advance(states: States, text: string): States {
    return this.#options.patterns.map((pattern, index) => pattern.advance(states[index] ?? [], text));
  }

  /** Notes which patterns match here; answers whether one does. */
  #note(states: States, notes: Set<number>): boolean {
    const matching = this.#options.patterns
      .keys()
      .filter((index) => this.#options.patterns[index]?.isMatch(states[index] ?? []))
      .toArray();
    for (const index of matching) notes.add(index);
    return matching.length > 0;
  }
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
