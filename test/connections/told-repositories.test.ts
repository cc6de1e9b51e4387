/** Which repositories hosts are told of: what a connection could fetch, by the name that its API has for it (S7.11). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openings } from "../../src/core/connections/opening.ts";
import { openInstallation } from "../../src/server/open-installation.ts";
import { outgoingSettings } from "../../src/server/outgoing-settings.ts";
import { type Connected, connected } from "./support/connected.ts";

let at: Connected;
beforeAll(async () => {
  at = await connected();
});
afterAll(() => at[Symbol.asyncDispose]());

const status = {
  commit: "c".repeat(40),
  state: "good",
  context: "millrace/shop",
  url: "https://ci.example/",
  description: "Succeeded",
} as const;

async function told(arn: string, repository: string) {
  const { server, place } = at.fixture;
  const opened = await openInstallation({ ...place, dataDir: server.dataDir } as never);
  try {
    const allowOutgoing = [new URL(at.host.url).host];
    const reach = outgoingSettings({ allowOutgoing }, { apiUrl: at.host.apiUrl });
    const { tellStatus } = openings({ ...opened, reach, gitHubUrl: at.host.url, allowOutgoing });
    return await tellStatus(server.accountId, arn, repository, status, new AbortController().signal);
  } finally {
    await opened.store.close();
  }
}

test("S7.11: a repository's own name is told, that of its clone, and nothing that leads elsewhere", async () => {
  const arn = await at.connect("GitHub");
  for (const repository of ["octo/shop", "/octo/shop.git"])
    expect(await told(arn, repository)).toEqual({ kind: "told" });
  expect(at.host.commitStatuses.taken).toHaveLength(2);
  const asked = at.host.calls.length;
  for (const repository of ["octo/..git", "octo/...git", "../admin", "octo", "octo/a/b", ""])
    expect(await told(arn, repository)).toEqual({
      kind: "refused",
      reason: "it is no repository of GitHub",
      badToken: false,
    });
  expect([at.host.commitStatuses.asked(), at.host.calls.length]).toEqual([2, asked]);
});

test("S7.11: plain git takes no word of commits, and needs none", async () => {
  expect(await told(await at.connect("Git", { user: "ada" }), "any/path.git")).toEqual({ kind: "told" });
});
