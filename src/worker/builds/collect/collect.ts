import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { type ArtifactSpec, readGlob } from "../../buildspec/index.ts";
import type { JobSandbox } from "../../sandbox/index.ts";
import type { BuildLog } from "../build-log.ts";
import { PhaseFailure } from "../phase-failure.ts";
import { findBases, splitPattern } from "./bases.ts";
import { type FoundFile, isInside, walk } from "./walk.ts";

export interface CollectOptions {
  /** CODEBUILD_SRC_DIR. */
  readonly sourceFolder: string;
  /** Whose folders of the build are those that nothing outside of is collected. */
  readonly sandbox: Pick<JobSandbox, "inside" | "outside"> & {
    readonly folders: Pick<JobSandbox["folders"], "ofBuild">;
  };
  readonly log: BuildLog;
}

/**
 * Finds what an artifact is made of, sorted by path, each path once (P3.26 to P3.31). Variables in the patterns have
 * been replaced.
 *
 * @throws PhaseFailure CLIENT_ERROR when there is no base directory, or nothing matches at all
 */
export async function collectFiles(
  spec: ArtifactSpec,
  options: CollectOptions,
): Promise<readonly FoundFile[]> {
  const { log, sourceFolder, sandbox } = options;
  const baseDirectory = spec.baseDirectory ?? ".";
  log.line(`Expanding base directory path: ${baseDirectory}`);
  log.line("Assembling file list");
  const bases = await findBases(baseDirectory, sourceFolder, (path) => sandbox.outside(path));
  const allowed = await Promise.all(sandbox.folders.ofBuild.map((folder) => realpath(folder)));
  const usable: string[] = [];
  for (const base of bases) {
    if (allowedBase(await realpath(base), allowed)) usable.push(base);
    else log.line(`[Millrace] ${sandbox.inside(base)} is not a folder of this build and is skipped`);
  }
  if (usable.length === 0) {
    throw new PhaseFailure("CLIENT_ERROR", `no matching base directory path found for ${baseDirectory}`);
  }
  const collection = new Collection(spec, { ...options, allowed });
  for (const base of usable) await collection.addBase(base);
  return collection.result();
}

class Collection {
  readonly #spec: ArtifactSpec;
  readonly #options: CollectOptions & { readonly allowed: readonly string[] };
  readonly #excluded: ReturnType<typeof readGlob>[];
  readonly #files = new Map<string, FoundFile>();
  readonly #matched = new Set<string>();

  constructor(spec: ArtifactSpec, options: CollectOptions & { readonly allowed: readonly string[] }) {
    this.#spec = spec;
    this.#options = options;
    this.#excluded = spec.excludePaths.map(readGlob);
  }

  async addBase(base: string): Promise<void> {
    const { log, sandbox } = this.#options;
    log.line(`Expanding file paths for base directory ${sandbox.inside(base)}`);
    log.line("Assembling file list");
    const relative = this.#spec.files.filter((pattern) => !pattern.startsWith("/"));
    for (const pattern of this.#spec.files) log.line(`Expanding ${pattern}`);
    await this.#walk(base, "", relative, relative);
    for (const pattern of this.#spec.files) {
      if (pattern.startsWith("/")) await this.#absolute(pattern);
    }
  }

  result(): readonly FoundFile[] {
    const { log } = this.#options;
    for (const pattern of this.#spec.files) {
      if (!this.#matched.has(pattern)) log.line(`Skipping invalid file path ${pattern}`);
    }
    if (this.#matched.size === 0) throw new PhaseFailure("CLIENT_ERROR", "no matching artifact paths found");
    log.line(`Found ${this.#files.size} file(s)`);
    return this.#files
      .values()
      .toArray()
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** P3.27: files of an absolute pattern are stored without the leading `/`. */
  async #absolute(pattern: string): Promise<void> {
    const { fixed, rest } = splitPattern(pattern);
    const base = await realpath(this.#options.sandbox.outside(fixed)).catch(() => undefined);
    if (base === undefined || !allowedBase(base, this.#options.allowed)) return;
    await this.#walk(base, fixed.replace(/^\/+/, ""), [rest], [pattern]);
  }

  /** @param shown the patterns as they were written, by the same index */
  async #walk(
    base: string,
    prefix: string,
    patterns: readonly string[],
    shown: readonly string[],
  ): Promise<void> {
    const { log, allowed, sandbox } = this.#options;
    const { files, matched, namedFolders } = await walk({
      base,
      patterns: patterns.map(readGlob),
      allowed,
      keepLinks: this.#spec.enableSymlinks,
      outside: (path) => sandbox.outside(path),
      warn: (text) => log.line(`[Millrace] ${text}`),
    });
    for (const index of matched) this.#matched.add(shown[index] ?? "");
    for (const index of namedFolders.difference(matched)) {
      const pattern = shown[index] ?? "";
      log.line(`[Millrace] ${pattern} is a folder: use ${pattern}/**/*`);
    }
    for (const file of files) this.#add(join(prefix, file.path), file);
  }

  #add(path: string, file: FoundFile): void {
    if (this.#excluded.some((pattern) => pattern.matches(path))) return;
    const stored = this.#spec.discardPaths ? basename(path) : path;
    const there = this.#files.get(stored);
    if (there !== undefined && there.file !== file.file) {
      this.#options.log.line(
        `[Millrace] ${stored} is there more than once: ${this.#options.sandbox.inside(file.file)} is taken`,
      );
    }
    this.#files.set(stored, { ...file, path: stored });
  }
}

function allowedBase(base: string, allowed: readonly string[]): boolean {
  return allowed.some((folder) => isInside(base, folder));
}
