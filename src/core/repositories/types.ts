/** Hosted git repositories: bare, on disk, known to the store (S6). */
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Scope } from "../scope.ts";
import type { Tx } from "../store/store.ts";

export interface Repository {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly description?: string;
  readonly defaultBranch?: string;
  readonly created: number;
  readonly updated: number;
  /** Absolute path of the bare repository. */
  readonly path: string;
}

/** One ref as a push wants it. Commits are 40 hex digits; all zeros: isn't there before, or after. */
export interface RefUpdate {
  readonly ref: string;
  readonly oldCommit: string;
  readonly newCommit: string;
}

export interface PushRequest {
  /** Each ref at most once. */
  readonly updates: readonly RefUpdate[];
  readonly atomic: boolean;
  /** ARN of the caller. */
  readonly pusher: string;
  /** Refs move, no pipeline starts (S6.10). */
  readonly skipped: boolean;
}

/** A push whose intents are committed: git may now be run for what was accepted (S6.12). */
export interface Push {
  readonly accepted: readonly RefUpdate[];
  /** Why, by ref, for what git isn't asked at all. */
  readonly refused: ReadonlyMap<string, string>;
  /** git was given all it needs: from now on it may move the refs at any moment. */
  uploaded(): void;
  /**
   * Makes the events of what git says it moved, in one transaction with all that they start. To be answered to the
   * client only after this.
   * @param received bytes of the pack
   */
  settle(moved: ReadonlySet<string>, received: number): Promise<void>;
  /** git ended without saying what it did: the refs themselves tell (S6.13). */
  lookUp(): Promise<void>;
}

export interface BranchChange {
  readonly repositoryName: string;
  readonly branch: string;
  readonly commitId: string;
}

/**
 * Called in the transaction that records a branch's new commit: what starts pipelines joins it (S6.12).
 * @returns ids of the executions that it started
 */
export type BranchMoved = (tx: Tx, scope: Scope, change: BranchChange) => Promise<readonly string[]>;

export type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface ServeGit {
  readonly service: "upload-pack" | "receive-pack";
  /** Answer what the repository offers, without reading a request. */
  readonly advertise: boolean;
  /** Value of the client's `Git-Protocol` header. */
  readonly protocol?: string;
  /** Any object may be asked for, also what only hidden refs keep: for jobs (P1.12). */
  readonly anyObject: boolean;
}

export interface Repositories {
  /** @returns why it wasn't made, when the name is taken or the account has all it may have (1,000) */
  create(
    scope: Scope,
    name: string,
    options?: { readonly description?: string; readonly tags?: Readonly<Record<string, string>> },
  ): Promise<Repository | "nameTaken" | "tooMany">;
  find(scope: Scope, name: string): Promise<Repository | undefined>;
  /** By name. */
  list(scope: Scope): Promise<readonly Repository[]>;
  /** @returns the deleted repository's id, undefined when there was none */
  delete(scope: Scope, name: string): Promise<string | undefined>;
  /** Commit id of a branch, also of a repository that another server on the database keeps; undefined: there is none. */
  branchHead(repository: Repository, branch: string): Promise<string | undefined>;
  /**
   * Looks at the refs and records what moved them unseen (S6.13), then commits the push's intents.
   * @returns undefined when the repository was deleted meanwhile
   */
  push(repository: Repository, request: PushRequest): Promise<Push | undefined>;
  /** Records every move of a ref that has no event yet (S6.13). */
  reconcile(repository: Repository): Promise<void>;
  /**
   * At start: finishes what a crash left open, and looks again while a git process that outlived the crash may still
   * move a ref. Ends with `close`.
   * @returns what could not be looked at, by repository id
   */
  recover(): Promise<ReadonlyMap<string, Error>>;
  /**
   * Keeps a commit that an execution uses from ever being cleared away (P1.12). Nothing happens where repository or
   * commit are gone.
   */
  keepCommit(
    scope: Scope,
    used: { readonly repositoryName: string; readonly executionId: string; readonly commitId: string },
  ): Promise<void>;
  /** Runs git's side of smart HTTP; the caller owns the process and ends it. */
  serve(repository: Repository, options: ServeGit): GitProcess;
  /** Ends background work. */
  close(): void;
}
