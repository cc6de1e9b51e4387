import {
  CodeCommitClient,
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DeleteRepositoryCommand,
  GetBranchCommand,
  type GetBranchCommandInput,
  GetFileCommand,
  GetRepositoryCommand,
  ListRepositoriesCommand,
  type ListRepositoriesCommandInput,
} from "@aws-sdk/client-codecommit";
import { expect, test } from "vitest";
import { tagsOf } from "../../src/core/store/queries/tags.ts";
import { gitHost, root, scope, workingCopy } from "../git/host.ts";

function clientOf(host: { origin: string }, credentials = root): CodeCommitClient {
  return new CodeCommitClient({ endpoint: host.origin, region: scope.region, credentials, maxAttempts: 1 });
}

test("S6 a repository is created, found, listed and deleted", async () => {
  await using host = await gitHost();
  const client = clientOf(host);
  const { repositoryMetadata } = await client.send(
    new CreateRepositoryCommand({
      repositoryName: "shop",
      repositoryDescription: "All of the shop",
      tags: { team: "blue" },
    }),
  );
  expect(repositoryMetadata).toEqual({
    accountId: scope.account,
    repositoryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    repositoryName: "shop",
    repositoryDescription: "All of the shop",
    creationDate: expect.any(Date),
    lastModifiedDate: expect.any(Date),
    cloneUrlHttp: `${host.origin}/git/shop.git`,
    cloneUrlSsh: `${host.origin}/git/shop.git`,
    Arn: "arn:aws:codecommit:us-east-1:000000000000:shop",
  });
  const { repositoryId } = repositoryMetadata!;

  const found = await client.send(new GetRepositoryCommand({ repositoryName: "shop" }));
  expect(found.repositoryMetadata).toEqual(repositoryMetadata);
  const list = await client.send(new ListRepositoriesCommand({}));
  expect(list.repositories).toEqual([{ repositoryId, repositoryName: "shop" }]);
  expect(await tagsOf(host.store.read, repositoryMetadata!.Arn!)).toEqual([{ key: "team", value: "blue" }]);

  const deleted = await client.send(new DeleteRepositoryCommand({ repositoryName: "shop" }));
  expect(deleted.repositoryId).toBe(repositoryId);
  expect(await tagsOf(host.store.read, repositoryMetadata!.Arn!)).toEqual([]);
  const again = await client.send(new DeleteRepositoryCommand({ repositoryName: "shop" }));
  expect(again).not.toHaveProperty("repositoryId");
});

test("S6.7 GetRepository and GetBranch tell what was pushed; the first branch is the default", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  const client = clientOf(host);
  const commit = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "HEAD:refs/heads/trunk");

  const { repositoryMetadata } = await client.send(new GetRepositoryCommand({ repositoryName: "shop" }));
  expect(repositoryMetadata?.defaultBranch).toBe("trunk");
  const { branch } = await client.send(new GetBranchCommand({ repositoryName: "shop", branchName: "trunk" }));
  expect(branch).toEqual({ branchName: "trunk", commitId: commit });
});

test("repositories are listed by name or latest change, in either order", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const client = clientOf(host);
  for (const name of ["b", "a", "c"]) await host.create(name);
  await work.commit("a.txt", "one");
  await work.git("push", host.url("a"), "main");

  const namesBy = async (input: ListRepositoriesCommandInput) => {
    const { repositories } = await client.send(new ListRepositoriesCommand(input));
    return repositories?.map(({ repositoryName }) => repositoryName);
  };
  expect(await namesBy({})).toEqual(["a", "b", "c"]);
  expect(await namesBy({ order: "descending" })).toEqual(["c", "b", "a"]);
  expect((await namesBy({ sortBy: "lastModifiedDate" }))?.at(-1)).toBe("a");
});

const tooManyTags = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, "v"]));

const refusals = [
  ["a missing name", "RepositoryNameRequired", create({ repositoryName: undefined })],
  ["a space", "InvalidRepositoryName", create({ repositoryName: "a b" })],
  ["a name that ends in .git", "InvalidRepositoryName", create({ repositoryName: "a.git" })],
  ["the name ..", "InvalidRepositoryName", create({ repositoryName: ".." })],
  ["a region's name", "InvalidRepositoryName", create({ repositoryName: "us-east-1" })],
  ["a name of 101 letters", "InvalidRepositoryName", create({ repositoryName: "a".repeat(101) })],
  ["a name in use", "RepositoryNameExists", create({ repositoryName: "taken" })],
  ["a long description", "InvalidRepositoryDescription", create({ repositoryDescription: "d".repeat(1001) })],
  ["51 tags", "TooManyTags", create({ tags: tooManyTags })],
  ["a system tag", "InvalidSystemTagUsage", create({ tags: { "aws:x": "y" } })],
  ["a long tag key", "InvalidTagsMap", create({ tags: { ["k".repeat(129)]: "y" } })],
  [
    "getting what isn't there",
    "RepositoryDoesNotExist",
    new GetRepositoryCommand({ repositoryName: "none" }),
  ],
  ["a branch of nothing", "RepositoryDoesNotExist", branch({ repositoryName: "none", branchName: "main" })],
  ["a missing branch name", "BranchNameRequired", branch({ branchName: undefined })],
  ["a branch name with ..", "InvalidBranchName", branch({ branchName: "a..b" })],
  ["the branch name -x", "InvalidBranchName", branch({ branchName: "-x" })],
  ["a branch that isn't there", "BranchDoesNotExist", branch({ branchName: "main" })],
  ["deleting without a name", "RepositoryNameRequired", new DeleteRepositoryCommand({ repositoryName: "" })],
  ["a page token", "InvalidContinuationToken", new ListRepositoriesCommand({ nextToken: "x" })],
  ["another sortBy", "InvalidSortBy", new ListRepositoriesCommand({ sortBy: "size" as never })],
  ["another order", "InvalidOrder", new ListRepositoriesCommand({ order: "up" as never })],
] as const;

test.each(refusals)("%s is refused with %sException and changes nothing", async (_, code, command) => {
  await using host = await gitHost();
  await host.create("taken");
  const before = await host.repositories.list(scope);
  await expect(clientOf(host).send(command as GetRepositoryCommand)).rejects.toMatchObject({
    name: `${code}Exception`,
  });
  expect(await host.repositories.list(scope)).toEqual(before);
});

test("S6.17 an operation that isn't served is unknown", async () => {
  await using host = await gitHost();
  const command = new GetFileCommand({ repositoryName: "shop", filePath: "a" });
  await expect(clientOf(host).send(command)).rejects.toMatchObject({ name: "UnknownOperationException" });
});

function create(input: Partial<CreateRepositoryCommandInput>): CreateRepositoryCommand {
  return new CreateRepositoryCommand({ repositoryName: "fresh", ...input });
}

function branch(input: GetBranchCommandInput): GetBranchCommand {
  return new GetBranchCommand({ repositoryName: "taken", ...input });
}

test("repositories of other regions are not seen", async () => {
  await using host = await gitHost();
  await host.create("shop");
  const there = new CodeCommitClient({ endpoint: host.origin, region: "eu-west-1", credentials: root });
  expect((await there.send(new ListRepositoriesCommand({}))).repositories).toEqual([]);
});
