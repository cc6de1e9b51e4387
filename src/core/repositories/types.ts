/** Hosted git repositories: bare, on disk, known to the store (S6). */
import type { Scope } from "../scope.ts";

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

export interface Repositories {
  /** @returns undefined when the name is taken */
  create(scope: Scope, name: string, description?: string): Promise<Repository | undefined>;
  find(scope: Scope, name: string): Promise<Repository | undefined>;
  list(scope: Scope): Promise<readonly Repository[]>;
  /** @returns the deleted repository's id, undefined when there was none */
  delete(scope: Scope, name: string): Promise<string | undefined>;
  /** Commit id of a branch; undefined when it doesn't exist. */
  branchHead(repository: Repository, branch: string): Promise<string | undefined>;
}
