import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { basicAuthentication, fetchCommit } from "../../src/remotes/index.ts";
import { gitHub, TOKEN } from "../webhooks/support/github.ts";

test("S4.28: a commit whose id a host cuts is found by the ref that leads to it", async () => {
  await using host = await gitHub();
  await host.createRepository("octo/shop");
  const asked = await host.commit("octo/shop", "topic", { "a.txt": "1" });
  await host.commit("octo/shop", "topic", { "a.txt": "2" });
  const cacheDir = await mkdtemp(join(tmpdir(), "millrace-mirror-"));
  const url = `${host.url}/octo/shop.git`;
  const remote = {
    url,
    owner: "nobody",
    config: basicAuthentication(url, { username: "x-access-token", password: TOKEN }),
  };
  const fetched = (wanted: string) =>
    fetchCommit(
      remote,
      { branch: "topic", ref: "refs/heads/topic", wanted },
      { cacheDir, signal: new AbortController().signal },
    );
  // The first time it is fetched, the second it is there.
  for (let n = 0; n < 2; n++) expect(await fetched(asked.slice(0, 12))).toMatchObject({ commitId: asked });
  await expect(fetched("0123456789ab")).rejects.toThrow("git fetch failed");
  await rm(cacheDir, { recursive: true, force: true });
});
