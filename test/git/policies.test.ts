import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { expect, test } from "vitest";
import { installation, type Key } from "../support/users.ts";
import { workingCopy } from "./host.ts";

test("api.md §9, S6.4: git asks a user's policy for GitPull and GitPush, also by the repository's tags", async () => {
  await using here = await installation();
  await using work = await workingCopy();
  const codecommit = new CodeCommitClient(here.configOf(here.server.credentials));
  for (const [repositoryName, team] of [
    ["ours", "web"],
    ["theirs", "db"],
  ] as const)
    await codecommit.send(new CreateRepositoryCommand({ repositoryName, tags: { team } }));
  const git = (Action: string) => ({
    Effect: "Allow",
    Action,
    Resource: "arn:aws:codecommit:us-east-1:000000000000:*",
    Condition: { StringEquals: { "aws:ResourceTag/team": "web" } },
  });
  const reader = await here.userWith([git("codecommit:GitPull")]);
  const writer = await here.userWith([git("codecommit:Git*")]);
  const url = (name: string, { accessKeyId, secretAccessKey }: Key) => {
    const there = new URL(`/git/${name}.git`, here.server.url);
    there.username = accessKeyId;
    there.password = secretAccessKey;
    return there.href;
  };
  await work.commit("a.txt", "one", "The first one");

  await work.git("push", url("ours", writer), "main");
  await work.git("fetch", url("ours", reader), "main");
  await expect(work.git("push", url("ours", reader), "main:other")).rejects.toThrow(/403/);
  for (const key of [reader, writer])
    await expect(work.git("fetch", url("theirs", key), "main")).rejects.toThrow(/403/);
  // Whether there is one isn't told to whom it isn't open.
  await expect(work.git("fetch", url("missing", writer), "main")).rejects.toThrow(/403/);
});
