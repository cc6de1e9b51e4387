/** A dozen objects can stand for any number of files: whoever looks at them stops in time (attack A19). */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createPathComparer } from "../../src/core/connections/index.ts";
import { DIRECT } from "../../src/network/index.ts";
import { archiveCommit } from "../../src/worker/git/archive-commit.ts";
import { parseCommit } from "../../src/worker/git/commit.ts";
import { gitHub, TOKEN } from "../webhooks/support/github.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();
const LEVELS = 12;

/** Makes a commit of 10^12 files. */
function bomb(write: (type: "blob" | "tree" | "commit", content: string | Buffer) => string) {
  let id = write("blob", "text");
  for (let level = 0; level < LEVELS; level += 1) {
    const mode = level === 0 ? "100644" : "40000";
    const entries = Array.from("abcdefghij", (name) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(id, "hex"),
    ]);
    id = write("tree", Buffer.concat(entries.flat()));
  }
  const raw = `tree ${id}\nauthor Eve <e@example.com> 1 +0000\ncommitter Eve <e@example.com> 1 +0000\n\nmany\n`;
  return { id: write("commit", raw), raw };
}

function writing(run: (args: string[], input: string | Buffer) => string) {
  return bomb((type, content) => run(["hash-object", "-w", "--literally", "-t", type, "--stdin"], content));
}

test("A19, P1.3: a commit of more files than can be delivered is refused", { timeout: 60_000 }, async () => {
  const git = (args: string[], input: string | Buffer = "") =>
    execFileSync("git", ["-C", folder, ...args], { input, encoding: "utf8" }).trim();
  git(["init", "--quiet", "--bare"]);
  const { id, raw } = writing(git);
  const archiving = archiveCommit({
    repositoryName: "app",
    mirror: folder,
    commit: parseCommit(id, Buffer.from(raw)),
    file: join(folder, "bomb.zip"),
    cacheDir: join(folder, "cache"),
    signal: new AbortController().signal,
  });
  await expect(archiving).rejects.toMatchObject({
    type: "ConfigurationError",
    message: `Repository app at ${id} is larger than the limit of 500,000 entries for source artifacts`,
  });
});

test("A19, S4.21: of a push of more files than git lists in time, some are known to be missing", async () => {
  await using host = await gitHub();
  await host.createRepository("octo/bomb");
  const before = await host.commit("octo/bomb", "main", { "a.txt": "1" });
  const { id } = writing((args, input) =>
    execFileSync("git", [`--git-dir=${host.folder}/octo/bomb.git`, ...args], {
      input,
      encoding: "utf8",
    }).trim(),
  );
  await host.git("octo/bomb", "update-ref", "refs/heads/main", id);
  const access = {
    connectionArn: "arn",
    providerType: "GitHub",
    cloneUrl: `${host.url}/octo/bomb.git`,
    username: "x-access-token",
    password: TOKEN,
    secret: TOKEN,
    allowOutgoing: [new URL(host.url).host],
  } as const;
  const comparer = createPathComparer({
    connections: { repository: async () => access },
    folder: join(folder, "mirrors"),
    way: DIRECT,
    onFailure: (error) => {
      throw error;
    },
  });
  // The host's patience isn't what ends it, however long fetching takes.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const comparison = { account: "a", connectionArn: "arn", repository: "octo/bomb", ref: "refs/heads/main" };
  expect(
    await comparer.compare({ ...comparison, commit: id, from: { kind: "commit", commit: before } }),
  ).toEqual({ paths: [], truncated: true });
  comparer.close();
});
