import { afterAll, beforeAll, expect, test } from "vitest";
import { basicAuthentication, GitOutputError, listRefs, type Remote } from "../../src/remotes/index.ts";
import { type GitHub, gitHub, TOKEN } from "../webhooks/support/github.ts";

let host: GitHub;
let remote: Remote;
beforeAll(async () => {
  host = await gitHub();
  await host.createRepository("octo/shop");
  await host.commit("octo/shop", "main", { "word.txt": "first" });
  const url = `${host.url}/octo/shop.git`;
  const config = basicAuthentication(url, { username: "x-access-token", password: TOKEN });
  remote = { url, owner: "nobody", config };
});
afterAll(() => host[Symbol.asyncDispose]());

const never = new AbortController().signal;

test("branches and tags are listed with their commits, of annotated tags those that they are of", async () => {
  await host.git("octo/shop", "tag", "light", "main");
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  await host.git("octo/shop", ...identity, "tag", "-a", "-m", "One", "v1", "main");
  const commit = await host.git("octo/shop", "rev-parse", "main");
  expect([...(await listRefs(remote, never))]).toEqual([
    ["refs/heads/main", commit],
    ["refs/tags/light", commit],
    ["refs/tags/v1", commit],
  ]);
});

test("a host that lists more refs than anybody will read is cut off", async () => {
  await expect(listRefs(remote, never, 50)).rejects.toThrow(GitOutputError);
});
