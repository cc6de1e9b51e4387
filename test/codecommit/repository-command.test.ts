import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bin } from "../cli/millrace.ts";
import { type GitHost, gitHost, root, scope, workingCopy } from "../git/host.ts";

function millrace(host: GitHost, ...args: string[]) {
  return promisify(execFile)(process.execPath, [bin(), ...args], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: host.origin,
      AWS_ACCESS_KEY_ID: root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    },
  });
}

test("millrace repository create makes a repository and prints where to push", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const { stdout } = await millrace(host, "repository", "create", "shop", "--description", "All of it");
  expect(stdout).toBe(`${host.origin}/git/shop.git\n`);
  expect((await host.repositories.find(scope, "shop"))?.description).toBe("All of it");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
});

test.each([
  [["repository", "create", "a b"], "The repository name 'a b' is not valid"],
  [["repository", "create"], "millrace repository create NAME"],
  [["repository", "remove", "shop"], "millrace repository create NAME"],
])("millrace %j fails and says why", async (args, text) => {
  await using host = await gitHost();
  await expect(millrace(host, ...args)).rejects.toMatchObject({ stderr: expect.stringContaining(text) });
});
