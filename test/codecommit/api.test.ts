import {
  CodeCommitClient,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetBranchCommand,
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

test.each([
  [new CreateRepositoryCommand({ repositoryName: undefined }), "RepositoryNameRequiredException"],
  [new CreateRepositoryCommand({ repositoryName: "a b" }), "InvalidRepositoryNameException"],
  [new CreateRepositoryCommand({ repositoryName: "a.git" }), "InvalidRepositoryNameException"],
  [new CreateRepositoryCommand({ repositoryName: ".." }), "InvalidRepositoryNameException"],
  [new CreateRepositoryCommand({ repositoryName: "us-east-1" }), "InvalidRepositoryNameException"],
  [new CreateRepositoryCommand({ repositoryName: "a".repeat(101) }), "InvalidRepositoryNameException"],
  [new CreateRepositoryCommand({ repositoryName: "taken" }), "RepositoryNameExistsException"],
  [
    new CreateRepositoryCommand({ repositoryName: "x", repositoryDescription: "d".repeat(1001) }),
    "InvalidRepositoryDescriptionException",
  ],
  [
    new CreateRepositoryCommand({
      repositoryName: "x",
      tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, "v"])),
    }),
    "TooManyTagsException",
  ],
  [
    new CreateRepositoryCommand({ repositoryName: "x", tags: { "aws:x": "y" } }),
    "InvalidSystemTagUsageException",
  ],
  [
    new CreateRepositoryCommand({ repositoryName: "x", tags: { [`k${"y".repeat(128)}`]: "y" } }),
    "InvalidTagsMapException",
  ],
  [new GetRepositoryCommand({ repositoryName: "missing" }), "RepositoryDoesNotExistException"],
  [
    new GetBranchCommand({ repositoryName: "missing", branchName: "main" }),
    "RepositoryDoesNotExistException",
  ],
  [new GetBranchCommand({ repositoryName: "taken" }), "BranchNameRequiredException"],
  [new GetBranchCommand({ repositoryName: "taken", branchName: "a..b" }), "InvalidBranchNameException"],
  [new GetBranchCommand({ repositoryName: "taken", branchName: "-x" }), "InvalidBranchNameException"],
  [new GetBranchCommand({ repositoryName: "taken", branchName: "main" }), "BranchDoesNotExistException"],
  [new DeleteRepositoryCommand({ repositoryName: undefined }), "RepositoryNameRequiredException"],
  [new ListRepositoriesCommand({ nextToken: "x" }), "InvalidContinuationTokenException"],
  [new ListRepositoriesCommand({ sortBy: "size" as never }), "InvalidSortByException"],
  [new ListRepositoriesCommand({ order: "up" as never }), "InvalidOrderException"],
  // S6.17
  [new GetFileCommand({ repositoryName: "taken", filePath: "a" }), "UnknownOperationException"],
])("%# %o is refused with %s", async (command, code) => {
  await using host = await gitHost();
  await host.create("taken");
  const before = await host.repositories.list(scope);
  await expect(clientOf(host).send(command as GetRepositoryCommand)).rejects.toMatchObject({ name: code });
  expect(await host.repositories.list(scope)).toEqual(before);
});

test("repositories of other regions are not seen", async () => {
  await using host = await gitHost();
  await host.create("shop");
  const there = new CodeCommitClient({ endpoint: host.origin, region: "eu-west-1", credentials: root });
  expect((await there.send(new ListRepositoriesCommand({}))).repositories).toEqual([]);
});
