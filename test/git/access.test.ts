import { join } from "node:path";
import { expect, test } from "vitest";
import type { JobGrant } from "../../src/core/access/types.ts";
import { type GitHost, gitHost, root, runGit, scope, workingCopy } from "./host.ts";

const advertisement = "info/refs?service=git-upload-pack";

function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

const asRoot = basic(root.accessKeyId, root.secretAccessKey);

function get(host: GitHost, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${host.origin}/git/${path}`, { headers });
}

function grantOf(changes: Partial<JobGrant> = {}): JobGrant {
  return {
    jobId: "job",
    actionExecutionId: "action",
    ...scope,
    read: [],
    write: [],
    pull: ["shop"],
    expires: Date.now() + 60_000,
    ...changes,
  };
}

/** A clone URL and Basic header with a job's credentials. */
function asJob(host: GitHost, grant: JobGrant) {
  const { accessKeyId, secretAccessKey, sessionToken } = host.access.issueJobCredentials(grant);
  const user = `${accessKeyId}%${sessionToken}`;
  const url = new URL(`${host.origin}/git/shop.git`);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(secretAccessKey);
  return { url: url.href, headers: basic(user, secretAccessKey) };
}

test.each([
  ["no credentials", {}],
  ["an unknown key", basic("AKIDOTHER", root.secretAccessKey)],
  ["a wrong secret", basic(root.accessKeyId, "wrong")],
  ["an empty secret", basic(root.accessKeyId, "")],
  ["another scheme", { authorization: "Bearer x" }],
  ["no colon", { authorization: `Basic ${Buffer.from("abc").toString("base64")}` }],
  ["no base64", { authorization: "Basic %%%" }],
])("S6.4 %s: 401, whether or not the repository is there", async (_, headers) => {
  await using host = await gitHost();
  await host.create("shop");
  for (const name of ["shop", "missing"]) {
    const response = await get(host, `${name}.git/${advertisement}`, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="Millrace"');
    expect(response.headers.get("cache-control")).toBe("no-cache");
  }
});

test("S6.4 with permission and missing: 404", async () => {
  await using host = await gitHost();
  expect((await get(host, `missing.git/${advertisement}`, asRoot)).status).toBe(404);
});

test.each([
  "shop.git",
  "shop.git/HEAD",
  "shop.git/config",
  "shop.git/objects/info/packs",
  "shop.git/info/refs",
  "shop.git/info/refs?service=git-upload-archive",
  "shop.git/info/refs?service=upload-pack",
  "shop.git/git-upload-pack",
  "shop.git/../shop.git/info/refs?service=git-receive-pack&x",
  "..%2fshop.git/info/refs?service=git-upload-pack",
  "shop/info/refs?service=git-upload-pack",
  "us-east-1/shop/info/refs?service=git-upload-pack",
])("S6.1 GET /git/%s is 404 but for the four requests", async (path) => {
  await using host = await gitHost();
  await host.create("shop");
  const status = (await get(host, path, asRoot)).status;
  expect(path.includes("/../") ? 200 : 404).toBe(status);
});

test("S6.5 the URL may name the region", async () => {
  await using host = await gitHost();
  await host.create("shop");
  expect((await get(host, `us-east-1/shop.git/${advertisement}`, asRoot)).status).toBe(200);
  expect((await get(host, `eu-west-1/shop.git/${advertisement}`, asRoot)).status).toBe(404);
});

test("S6.1 a wrong content type is 415, a broken gzip 400, an unknown encoding 415", async () => {
  await using host = await gitHost();
  await host.create("shop");
  const post = (headers: Record<string, string>, body: string) =>
    fetch(`${host.origin}/git/shop.git/git-receive-pack`, {
      method: "POST",
      headers: { ...asRoot, ...headers },
      body,
    });
  const type = { "content-type": "application/x-git-receive-pack-request" };
  expect((await post({ "content-type": "text/plain" }, "0000")).status).toBe(415);
  expect((await post({ ...type, "content-encoding": "gzip" }, "no gzip")).status).toBe(400);
  expect((await post({ ...type, "content-encoding": "br" }, "0000")).status).toBe(415);
  expect((await post(type, "0000")).status).toBe(200);
});

test("a wrong password is told by git itself", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  const url = host.url("shop").replace(/:[^:@]+@/, ":wrong@");
  await expect(runGit(work.path, ["ls-remote", url])).rejects.toThrow(/Authentication failed/);
});

test("a job clones the repositories of its grant and nothing else", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  await host.create("other");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  const job = asJob(host, grantOf());

  await work.git("clone", "--quiet", job.url, "copy");
  for (const name of ["other", "missing"]) {
    expect((await get(host, `${name}.git/${advertisement}`, job.headers)).status).toBe(403);
  }
  expect((await get(host, "shop.git/info/refs?service=git-receive-pack", job.headers)).status).toBe(403);
  expect((await get(host, `eu-west-1/shop.git/${advertisement}`, job.headers)).status).toBe(403);
  await expect(runGit(work.path, ["push", job.url, "main:other"])).rejects.toThrow(/403/);
});

test("a job's credentials end with it, and open nothing without their token", async () => {
  await using host = await gitHost();
  await host.create("shop");
  const late = asJob(host, grantOf({ expires: Date.now() - 1 }));
  expect((await get(host, `shop.git/${advertisement}`, late.headers)).status).toBe(401);

  const { accessKeyId, secretAccessKey } = host.access.issueJobCredentials(grantOf());
  const headers = basic(accessKeyId, secretAccessKey);
  expect((await get(host, `shop.git/${advertisement}`, headers)).status).toBe(401);
});

test("P1.12 a job fetches a commit that only an execution keeps; hidden refs are not shown", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const kept = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  await host.repositories.keepCommit(repository.scope, {
    repositoryName: repository.name,
    executionId: "7c6fd0a4-0000-4000-8000-000000000000",
    commitId: kept,
  });
  await work.git("commit", "--quiet", "--amend", "-m", "other");
  await work.git("push", "--force", host.url("shop"), "main");
  await runGit(repository.path, ["gc", "--quiet", "--prune=now"]);

  const job = asJob(host, grantOf());
  expect(await runGit(work.path, ["ls-remote", job.url])).not.toContain("refs/millrace");
  for (const version of ["0", "2"]) {
    const copy = join(work.path, `copy${version}`);
    await runGit(work.path, ["init", "--quiet", copy]);
    const settings = ["-c", `protocol.version=${version}`];
    await runGit(copy, [...settings, "fetch", "--quiet", "--depth=1", job.url, kept]);
    expect((await runGit(copy, ["rev-parse", "FETCH_HEAD"])).trim()).toBe(kept);
  }
});

test("P1.12 an execution may use more commits of a repository than one; what is gone can't be kept", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const { scope, path, name: repositoryName } = await host.create("shop");
  const first = await work.commit("a.txt", "one");
  const second = await work.commit("a.txt", "two");
  await work.git("push", host.url("shop"), "main");
  const executionId = "7c6fd0a4-0000-4000-8000-000000000000";
  for (const commitId of [first, first, second, second, "0".repeat(39).concat("1")])
    await host.repositories.keepCommit(scope, { repositoryName, executionId, commitId });
  await host.repositories.keepCommit(scope, { repositoryName: "other", executionId, commitId: first });
  const kept = await runGit(path, ["for-each-ref", "--format=%(objectname) %(refname)", "refs/millrace"]);
  const ref = `refs/millrace/executions/${executionId}`;
  expect(kept.trim().split("\n")).toEqual([`${first} ${ref}`, `${second} ${ref}.${second}`]);
});

test("S6.8 a commit that a branch reaches can be fetched by its id", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  await host.create("shop");
  const first = await work.commit("a.txt", "one");
  await work.commit("a.txt", "two");
  await work.git("push", host.url("shop"), "main");
  for (const version of ["0", "2"]) {
    const copy = join(work.path, `copy${version}`);
    await runGit(work.path, ["init", "--quiet", copy]);
    await runGit(copy, ["-c", `protocol.version=${version}`, "fetch", "--quiet", host.url("shop"), first]);
    expect((await runGit(copy, ["rev-parse", "FETCH_HEAD"])).trim()).toBe(first);
  }
});
