/** A commit says itself when it was made: whatever it says, it can be delivered (attack A19). */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { archiveCommit } from "../../src/worker/git/archive-commit.ts";
import { parseCommit, utcSeconds } from "../../src/worker/git/commit.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();

test.each([
  ["beyond what a Date holds", "99999999999999", "+275760-09-13T00:00:00Z"],
  ["beyond 64 bits", "99999999999999999999", "+275760-09-13T00:00:00Z"],
  ["before what a Date holds", "-99999999999999", "-271821-04-20T00:00:00Z"],
  ["in the year 10,000", "253402300800", "+010000-01-01T00:00:00Z"],
  ["that is none", "tomorrow", "1970-01-01T00:00:00Z"],
])("A19 a date %s", async (_, seconds, expected) => {
  const git = (args: string[], input = "") =>
    execFileSync("git", ["-C", folder, ...args], { input, encoding: "utf8" }).trim();
  git(["init", "--quiet", "--bare"]);
  const tree = git(["mktree"], `100644 blob ${git(["hash-object", "-w", "--stdin"], "text")}\ta.txt\n`);
  const person = `Eve <eve@example.com> ${seconds} +0000`;
  const raw = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nmessage\n`;
  const id = git(["hash-object", "-w", "--literally", "-t", "commit", "--stdin"], raw);

  const commit = parseCommit(id, Buffer.from(raw));
  expect(utcSeconds(commit.authoredAt)).toBe(expected);
  await archiveCommit({
    repositoryName: "app",
    mirror: folder,
    commit,
    file: join(folder, `${id}.zip`),
    cacheDir: join(folder, "cache"),
    signal: new AbortController().signal,
  });
});
