import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitHost, workingCopy } from "./host.ts";

test("S6.1 what is pushed can be cloned", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  await work.git("clone", "--quiet", host.url("shop"), "copy");

  expect(await readFile(join(work.path, "copy/a.txt"), "utf8")).toBe("one");
  expect(await host.repositories.branchHead(repository, "main")).toBe(commit);
  expect(host.changes).toEqual([{ repositoryName: "shop", branch: "main", commitId: commit }]);
  expect(await host.events(repository)).toEqual([`refs/heads/main 0000000..${commit.slice(0, 7)}`]);
});
