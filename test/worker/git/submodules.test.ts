/** P1.7, P2.2 `gitSubmodulesConfig.fetchSubmodules`: real git, from a real server, and from a stand-in for others. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it, test } from "vitest";
import { DIRECT } from "../../../src/network/index.ts";
import { type CloneOptions, cloneRepository } from "../../../src/worker/git/clone.ts";
import type { Job } from "../../../src/worker/protocol.ts";
import type { ProviderError } from "../../../src/worker/provider.ts";
import { gitHub, TOKEN } from "../../webhooks/support/github.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { outside } from "../support/outside.ts";
import { testFolder } from "../support/worker.ts";
import { workingTree } from "../support/working-tree.ts";

let host: TestHost;
let folder: string;
let lines: string[];
let secrets: string[];

beforeEach(async () => {
  host = await testHost();
  folder = join(await testFolder(), "src");
  lines = [];
  secrets = [];
});

const NOWHERE = "1234567890123456789012345678901234567890";

interface Content {
  readonly files?: Readonly<Record<string, string>>;
  /** The commits of submodules by path. */
  readonly submodules?: Readonly<Record<string, string>>;
}

/** A hosted repository of one commit. @returns its id */
async function repository(name: string, { files = {}, submodules = {} }: Content): Promise<string> {
  const tree = await workingTree();
  await host.core.repositories.create(scope, name);
  const commitId = await tree.commitWith(submodules, { "name.txt": name, ...files });
  await tree.push(host, name, "main");
  return commitId;
}

/** As `.gitmodules` says it: URLs by path. */
function gitmodules(urls: Readonly<Record<string, string>>, more = "") {
  const sections = Object.entries(urls).map(
    ([path, url]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n${more}`,
  );
  return { ".gitmodules": sections.join("") };
}

/** @param readable the hosted repositories that the job's inputs came from */
async function clone(
  commitId: string,
  { readable = ["app"], allowOutgoing = [] as string[], depth = 0, fetch = true } = {},
): Promise<void> {
  const job = { accountId: scope.account, ...host.jobHere({ pull: ["app"] }) } as Job;
  const reference = {
    millraceCloneRef: 1,
    provider: "CodeCommit",
    repository: "app",
    cloneUrl: `${host.url}/git/app.git`,
    branch: "main",
    commitId,
  } as const;
  const tools = {
    signal: new AbortController().signal,
    way: DIRECT,
    client: { cloneCredentials: async () => host.jobHere({ pull: readable }).artifactCredentials },
    log: {
      system: (text: string) => void lines.push(text),
      addSecrets: (values: readonly string[]) => void secrets.push(...values),
    },
  } as unknown as CloneOptions["tools"];
  const submodules = fetch ? { allowOutgoing } : undefined;
  await cloneRepository(reference, folder, { job, artifact: "Source", tools, depth, submodules });
}

function failed(work: Promise<void>): Promise<ProviderError> {
  return work.then(
    () => expect.unreachable("it was fetched"),
    (error: ProviderError) => error,
  );
}

async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: folder });
  return stdout.trimEnd();
}

const fileAt = (path: string) => readFile(join(folder, path), "utf8");

describe("P1.7, P2.2 submodules of a full clone", () => {
  it("are fetched with theirs, as git knows them, and keep no credential", async () => {
    const deep = await repository("deep", {});
    const lib = await repository("lib", {
      files: gitmodules({ "in/deep": "../deep.git" }),
      submodules: { "in/deep": deep },
    });
    const app = await repository("app", {
      files: gitmodules({ "libs/lib": "../lib.git", again: `${host.url}/git/deep` }),
      submodules: { "libs/lib": lib, again: deep },
    });
    await clone(app, { readable: ["app", "lib", "deep"] });
    expect(await fileAt("libs/lib/in/deep/name.txt")).toBe("deep");
    expect(await git("submodule", "status", "--recursive")).toBe(
      [
        ` ${deep} again (heads/main)`,
        ` ${lib} libs/lib (heads/main)`,
        ` ${deep} libs/lib/in/deep (heads/main)`,
      ]
        .join("\n")
        .replaceAll("heads/main", "remotes/origin/main"),
    );
    expect(await git("status", "--porcelain")).toBe("");
    expect(await git("-C", "libs/lib", "remote", "get-url", "origin")).toBe(`${host.url}/git/lib.git`);
    expect(await git("-C", "libs/lib", "symbolic-ref", "--quiet", "HEAD").catch(() => "detached")).toBe(
      "detached",
    );
    for (const config of [".git/config", "libs/lib/.git/config", "libs/lib/in/deep/.git/config"])
      expect(await fileAt(config)).not.toMatch(/extraheader|@127/i);
    expect(lines).toContain(`[Millrace] submodule libs/lib/in/deep is ${host.url}/git/deep.git at ${deep}`);
  });

  it("stay away where the project doesn't ask for them, and where .gitmodules says `update = none`", async () => {
    const lib = await repository("lib", {});
    const files = gitmodules({ lib: "../lib.git" }, "\tupdate = none\n");
    const app = await repository("app", { files, submodules: { lib } });
    await clone(app, { readable: ["app", "lib"] });
    expect(await readdir(join(folder, "lib"))).toEqual([]);
    folder = join(await testFolder(), "src");
    await clone(app, { fetch: false });
    expect(await readdir(join(folder, "lib"))).toEqual([]);
  });

  it("have as much history as their project says", async () => {
    const tree = await workingTree();
    await host.core.repositories.create(scope, "lib");
    await tree.commit("First", { "a.txt": "1" });
    const lib = await tree.commit("Second", { "a.txt": "2" });
    await tree.push(host, "lib", "main");
    const app = await repository("app", { files: gitmodules({ lib: "../lib.git" }), submodules: { lib } });
    await clone(app, { readable: ["app", "lib"], depth: 1 });
    expect(await git("-C", "lib", "log", "--format=%s")).toBe("Second");
  });

  it("may be the repository itself, at another commit", async () => {
    const before = await repository("app", {});
    const tree = await workingTree();
    const files = { ...gitmodules({ before: "./" }), "name.txt": "now" };
    const app = await tree.commitWith({ before }, files);
    await tree.push(host, "app", "HEAD:refs/heads/now");
    await clone(app, { readable: [] });
    expect(await fileAt("before/name.txt")).toBe("app");
  });
});

describe("P2.2 what can't be fetched fails with the submodule and its URL", () => {
  it.each([
    [
      "a repository that no input of the job came from",
      "../secret.git",
      "PermissionError",
      "access was denied",
    ],
    ["a repository that isn't there", "../gone.git", "ConfigurationError", "there is no such repository"],
    ["a commit that isn't there", "../lib.git", "ConfigurationError", `it has no commit ${NOWHERE}`],
    [
      "another page of this server",
      "../../metrics",
      "ConfigurationError",
      "is not allowed; see --allow-outgoing",
    ],
    ["more than a name", "../a/b.git", "ConfigurationError", "this server has no repository of that URL"],
  ])("%s", async (_, url, type, reason) => {
    await repository("lib", {});
    await repository("secret", {});
    const app = await repository("app", { files: gitmodules({ sub: url }), submodules: { sub: NOWHERE } });
    const shown = new URL(url, `${host.url}/git/app.git/`).href;
    const failure = await failed(clone(app, { readable: ["app", "lib", "gone"] }));
    expect(failure.type).toBe(type);
    expect(failure.message).toContain(`Submodule sub could not be fetched from ${shown}: `);
    expect(failure.message).toContain(reason);
  });

  it("a host that breaks off is asked again (P0.11)", async () => {
    const other = await outside((_, count) => (count === 1 ? undefined : { status: 404 }));
    const url = `${other.url}/lib.git`;
    const app = await repository("app", { files: gitmodules({ sub: url }), submodules: { sub: NOWHERE } });
    const failure = await failed(clone(app, { allowOutgoing: [new URL(url).host] }));
    expect(failure.message).toBe(
      `Submodule sub could not be fetched from ${url}: there is no such repository`,
    );
    expect(other.received.length).toBeGreaterThan(1);
  });

  it("one that .gitmodules doesn't tell of", async () => {
    const app = await repository("app", { submodules: { sub: NOWHERE } });
    await expect(clone(app)).rejects.toMatchObject({
      type: "ConfigurationError",
      message: "Submodule sub has no URL in .gitmodules",
    });
  });

  it("more than 500", async () => {
    const paths = Array.from({ length: 501 }, (_, at) => `s${at}`);
    const tree = await workingTree();
    await host.core.repositories.create(scope, "app");
    await tree.commit("Files", { "a.txt": "a" });
    await tree.git(
      "update-index",
      "--add",
      ...paths.flatMap((path) => ["--cacheinfo", `160000,${NOWHERE},${path}`]),
    );
    await tree.git("commit", "--quiet", "--message", "Many");
    await tree.push(host, "app", "main");
    await expect(clone(await tree.git("rev-parse", "HEAD"))).rejects.toMatchObject({
      message: "There are more than 500 submodules, theirs included",
    });
  });
});

test.each([
  ["file:///etc", "file:///etc"],
  ["/etc/passwd", "/etc/passwd"],
  ["ext::sh -c touch% /tmp/pwned", "ext::sh -c touch% /tmp/pwned"],
  ["ssh://ada:hush@git.example/x", "ssh://****@git.example/x"],
  ["git@git.example:x/y.git", "git@git.example:x/y.git"],
  ["http://127.0.0.1:1/x.git", "http://127.0.0.1:1/x.git"],
  ["http://ada:hush@169.254.169.254/x", "http://169.254.169.254/x"],
  ["https://[::ffff:127.0.0.1]/x", "https://[::ffff:7f00:1]/x"],
])(
  "attacks A18, A19: a submodule of %s is not fetched, and nothing is shown of its secrets",
  async (url, shown) => {
    const app = await repository("app", { files: gitmodules({ sub: url }), submodules: { sub: NOWHERE } });
    const { type, message } = await failed(clone(app));
    expect(type).toBe("ConfigurationError");
    expect(message).toContain(`Submodule sub could not be fetched from ${shown}: `);
    expect(message).toMatch(/(only URLs of http and https are fetched|is not allowed; see --allow-outgoing)/);
    expect(message).not.toContain("hush");
  },
);

test("attacks A18, A19: credentials in a submodule's URL open it, and stand nowhere afterwards", async () => {
  await using other = await gitHub();
  await other.createRepository("octo/lib");
  const lib = await other.commit("octo/lib", "main", { "name.txt": "lib" });
  const url = new URL(`${other.url}/octo/lib.git`);
  url.username = "x-access-token";
  url.password = TOKEN;
  const app = await repository("app", { files: gitmodules({ lib: url.href }), submodules: { lib } });
  await clone(app, { allowOutgoing: [url.host] });
  expect(await fileAt("lib/name.txt")).toBe("lib");
  expect(await git("-C", "lib", "remote", "get-url", "origin")).toBe(`${other.url}/octo/lib.git`);
  for (const config of [".git/config", "lib/.git/config"]) expect(await fileAt(config)).not.toContain(TOKEN);
  expect(secrets).toContain(TOKEN);
  expect(lines.join("\n")).not.toContain(TOKEN);
});

test("attack A19: a name or an option in .gitmodules that git would act on is refused with the commit", async () => {
  await using other = await gitHub();
  for (const bad of [
    '[submodule "../../hooks"]\n\tpath = sub\n\turl = ../lib.git\n',
    '[submodule "sub"]\n\tpath = sub\n\turl = --upload-pack=touch /tmp/pwned\n',
    '[submodule "sub"]\n\tpath = sub\n\tupdate = !touch /tmp/pwned\n\turl = ../lib.git\n',
  ]) {
    const name = `octo/bad${Math.random()}`;
    await other.createRepository(name);
    const lib = await other.commit(name, "main", { ".gitmodules": bad });
    other.publish(name);
    host = await testHost();
    folder = join(await testFolder(), "src");
    const url = `${other.url}/${name}.git`;
    const app = await repository("app", { files: gitmodules({ lib: url }), submodules: { lib } });
    const { type, message } = await failed(clone(app, { allowOutgoing: [new URL(url).host] }));
    expect(type).toBe("ConfigurationError");
    expect(message).toMatch(
      /^Submodule lib could not be fetched from http\S+: object \w+: gitmodules(Name|Url|Update): /,
    );
  }
});
