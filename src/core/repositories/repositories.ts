import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Ambient, Scope } from "../scope.ts";
import { recordedCommit } from "../store/pushes.ts";
import { mergeTags, removeAllTags } from "../store/queries/tags.ts";
import {
  countRepositories,
  deleteRepositoryRow,
  findRepository,
  insertRepository,
  listRepositoryRows,
} from "../store/repositories.ts";
import type { Store } from "../store/store.ts";
import type { RepositoryRow } from "../store/tables/repositories.ts";
import { createTurns } from "../turns.ts";
import { repositoryArn } from "./arn.ts";
import { clearDiscarded, discard } from "./discard.ts";
import { createGit } from "./git.ts";
import type { Parts } from "./parts.ts";
import { beginPush } from "./pushes.ts";
import { reconcile } from "./reconcile.ts";
import { recover } from "./recovery.ts";
import { keepCommit, readBranch } from "./refs.ts";
import type { BranchMoved, Repositories, Repository } from "./types.ts";
import { createPushesUnderWay } from "./under-way.ts";

const MOST_REPOSITORIES = 1_000;

/**
 * Hosted repositories below `<dataDir>/repositories`: each in a folder with a random name, so that neither its name
 * nor a file system that folds case matters (S6.6).
 */
export async function createRepositories(options: {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly dataDir: string;
  readonly branchMoved: BranchMoved;
}): Promise<Repositories> {
  const { store, ambient, branchMoved } = options;
  const root = join(options.dataDir, "repositories");
  const home = join(options.dataDir, "git-home");
  await mkdir(root, { recursive: true });
  await mkdir(home, { recursive: true });

  const git = createGit(home);
  const pathOf = (id: string) => join(root, id);
  const underWay = createPushesUnderWay();
  const parts: Parts = { store, ambient, git, branchMoved, pathOf, underWay, inTurn: createTurns() };
  const look = (id: string) => parts.inTurn(id, () => reconcile(parts, id));
  const closing = new AbortController();
  const toRepository = (row: RepositoryRow) => repositoryOf(row, pathOf(row.id));

  return {
    async create(scope, name, { description = null, tags = {} } = {}) {
      const row = newRow(scope, name, description, ambient);
      const path = pathOf(row.id);
      await git.run(path, ["init", "--quiet", "--bare", "--initial-branch=main", "--template=", "--", path]);
      const refusal = await store.transaction(async (tx) => {
        if ((await countRepositories(tx, scope.account)) >= MOST_REPOSITORIES) return "tooMany";
        if (!(await insertRepository(tx, row))) return "nameTaken";
        await mergeTags(tx, repositoryArn(scope, name), tags);
        return undefined;
      });
      if (refusal === undefined) return toRepository(row);
      await discard(path);
      return refusal;
    },

    async find(scope, name) {
      const row = await findRepository(store.read, scope, name);
      return row && toRepository(row);
    },

    async list(scope) {
      return (await listRepositoryRows(store.read, scope)).map(toRepository);
    },

    async delete(scope, name) {
      const id = await store.transaction(async (tx) => {
        await removeAllTags(tx, repositoryArn(scope, name));
        return deleteRepositoryRow(tx, scope, name);
      });
      if (id !== undefined) await discard(pathOf(id));
      return id;
    },

    async branchHead({ id, path }, branch) {
      if (existsSync(path)) return readBranch(git, path, branch);
      // Another server keeps it, on the same database: what is recorded of the branch tells (S6.12).
      return recordedCommit(store.read, id, `refs/heads/${branch}`);
    },
    push: (repository, request) => beginPush(parts, repository.id, request),
    async reconcile(repository) {
      await look(repository.id);
    },
    async recover() {
      await clearDiscarded(root);
      return recover(parts, look, closing.signal);
    },
    async keepCommit(scope, { repositoryName, ...used }) {
      const row = await findRepository(store.read, scope, repositoryName);
      if (row !== undefined) await keepCommit(git, pathOf(row.id), used);
    },
    serve: (repository, options) => git.serve(repository.path, options),
    close: () => closing.abort(),
  };
}

function newRow(
  { account, region }: Scope,
  name: string,
  description: string | null,
  { newId, now }: Ambient,
): RepositoryRow {
  const created = now();
  return {
    id: newId(),
    account,
    region,
    name,
    description,
    default_branch: null,
    created,
    updated: created,
    last_event: 0,
    received: 0,
  };
}

function repositoryOf(row: RepositoryRow, path: string): Repository {
  const scope: Scope = { account: row.account, region: row.region };
  return {
    id: row.id,
    scope,
    name: row.name,
    created: row.created,
    updated: row.updated,
    path,
    ...(row.description !== null && { description: row.description }),
    ...(row.default_branch !== null && { defaultBranch: row.default_branch }),
  };
}
