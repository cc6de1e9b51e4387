import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startCredentialHelper } from "../../../src/worker/git/credential-helper.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const keys = { accessKeyId: "ASIA", secretAccessKey: "secret", sessionToken: "token", expires: 0 };

function helperIn(place: string) {
  return startCredentialHelper({
    folder: place,
    seenAs: place,
    publicUrl: "http://millrace.example:4750/behind",
    credentials: async () => keys,
    onFailure: () => undefined,
  });
}

async function fill(url: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const git = promisify(execFile)("git", ["credential", "fill"], {
    env: { PATH: process.env.PATH, HOME: folder, GIT_TERMINAL_PROMPT: "0", ...environment },
  });
  git.child.stdin?.end(`url=${url}\n\n`);
  return (await git).stdout;
}

test("P3.5 git finds the socket at a path that is longer than a socket's may be, with spaces and quotes", async () => {
  const place = join(folder, "it's far away ".repeat(4), "x".repeat(100));
  await mkdir(place, { recursive: true });
  await using helper = await helperIn(place);
  const said = await fill("http://millrace.example:4750/git/app.git", helper.environment);
  expect(said).toContain("username=ASIA%token\npassword=secret\n");
  expect(JSON.stringify(helper.environment)).not.toMatch(/secret|token/);
});

test("P3.5 other hosts get nothing, also when they are asked for at the socket itself", async () => {
  await using helper = await helperIn(folder);
  const { environment } = helper;
  await expect(fill("http://other.example/git/app.git", environment)).rejects.toThrow(
    "could not read Username",
  );
  const socket = join(folder, "git-credentials");
  const ask = (question: string) => {
    const asking = connect({ path: socket, allowHalfOpen: true });
    asking.end(question);
    return text(asking).catch(() => "");
  };
  expect(await ask("action=get\nprotocol=http\nhost=other.example\n")).toBe("");
  expect(await ask("action=store\nprotocol=http\nhost=millrace.example:4750\n")).toBe("");
  expect(await ask(`action=get\n${"x".repeat(20_000)}`)).toBe("");
  expect(await ask("action=get\nprotocol=http\nhost=millrace.example:4750\n")).toContain("password=secret");
});
