/** A git host of its own: real store, real access, real repositories, the git route on a bare listener. */
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAccess } from "../../src/core/access/index.ts";
import type { Access } from "../../src/core/access/types.ts";
import type { CoreSettings } from "../../src/core/core.ts";
import {
  type BranchChange,
  type BranchMoved,
  createRepositories,
  type Repositories,
  type Repository,
} from "../../src/core/repositories/index.ts";
import type { Ambient } from "../../src/core/scope.ts";
import type { Reader, Store } from "../../src/core/store/store.ts";
import { commitAt, gitEnvironment } from "../support/git.ts";
import { emptyStore } from "../support/store.ts";
import { listen } from "./listener.ts";

export const scope = { account: "000000000000", region: "us-east-1" };
export const root = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
export const ambient: Ambient = { now: () => Date.now(), newId: randomUUID, randomBytes };

const execute = promisify(execFile);

export interface GitHost extends AsyncDisposable {
  readonly store: Store;
  readonly access: Access;
  readonly repositories: Repositories;
  readonly dataDir: string;
  readonly origin: string;
  /** What branches moved to, in order, as those who start pipelines hear it. */
  readonly changes: BranchChange[];
  /** A clone URL with root's credentials. */
  url(name: string): string;
  create(name: string): Promise<Repository>;
  /** Ref events as `ref old..new`, commits cut at 7 digits. */
  events(repository: Repository): Promise<string[]>;
}

export async function gitHost(options: { branchMoved?: BranchMoved } = {}): Promise<GitHost> {
  const store = await emptyStore();
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-git-"));
  const changes: BranchChange[] = [];
  const repositories = await createRepositories({
    store,
    ambient,
    dataDir,
    branchMoved: async (tx, scope, change) => {
      changes.push(change);
      return options.branchMoved?.(tx, scope, change) ?? [];
    },
  });
  const access = createAccess({
    ambient,
    account: scope.account,
    root,
    secret: randomBytes(32),
    allowAnyCredentials: false,
    jobIsOpen: async () => true,
  });
  let origin = "";
  const settings = { defaultRegion: scope.region, publicUrl: () => origin } as CoreSettings;
  const listener = await listen({ store, access, repositories, settings, ambient });
  const { port } = listener;
  origin = `http://127.0.0.1:${port}`;
  const credentials = `${root.accessKeyId}:${encodeURIComponent(root.secretAccessKey)}`;

  return {
    store,
    access,
    repositories,
    dataDir,
    changes,
    origin,
    url: (name) => `http://${credentials}@127.0.0.1:${port}/git/${name}.git`,
    async create(name) {
      const made = await repositories.create(scope, name);
      if (typeof made === "string") throw new Error(`${name}: ${made}`);
      return made;
    },
    async events(repository) {
      const rows = await refEvents(store.read, repository.id);
      return rows.map((row) => `${row.ref} ${row.old_commit.slice(0, 7)}..${row.new_commit.slice(0, 7)}`);
    },
    async [Symbol.asyncDispose]() {
      repositories.close();
      await listener.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
      if (listener.faults.length > 0) throw new AggregateError(listener.faults, "the git route failed");
    },
  };
}

/** A repository's ref events in order. */
export function refEvents(db: Reader, repositoryId: string) {
  return db
    .selectFrom("ref_event")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .orderBy("number")
    .execute();
}

/** A working copy on disk, and git run in it as a developer would. */
export interface WorkingCopy extends AsyncDisposable {
  readonly path: string;
  /** Runs git; answers what it printed, both streams. @throws when it fails, with `stderr` */
  git(...args: string[]): Promise<string>;
  /** Commits a file. @returns the commit id */
  commit(file: string, text: string, message?: string): Promise<string>;
}

export async function workingCopy(): Promise<WorkingCopy> {
  const path = await mkdtemp(join(tmpdir(), "millrace-work-"));
  const git = (...args: string[]) => runGit(path, args);
  await git("init", "--quiet", "--initial-branch=main");
  return {
    path,
    git,
    async commit(file, text, message = `Change ${file}`) {
      await writeFile(join(path, file), text);
      await git("add", "--", file);
      await git("commit", "--quiet", "-m", message);
      return commitAt(join(path, ".git"));
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** git as a client, unaware of this machine's configuration. @param input what it reads from stdin */
export async function runGit(cwd: string, args: readonly string[], input = ""): Promise<string> {
  const running = execute("git", args, { cwd, maxBuffer: 64 * 1024 * 1024, env: gitEnvironment });
  // A command that reads nothing may be over before this is written.
  running.child.stdin?.on("error", () => undefined).end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}
