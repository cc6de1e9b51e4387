import { expect, test } from "vitest";
import { openIntents } from "../../src/core/store/pushes.ts";
import { type GitHost, gitHost, refEvents, runGit, type WorkingCopy, workingCopy } from "./host.ts";

async function chain(host: GitHost, repositoryId: string, ref: string): Promise<string[]> {
  const events = (await refEvents(host.store.read, repositoryId)).filter((event) => event.ref === ref);
  events.forEach((event, index) => {
    expect(event.old_commit).toBe(events[index - 1]?.new_commit ?? "0".repeat(40));
  });
  return events.map((event) => event.new_commit);
}

/** Siblings: commits with one parent, none of which can follow another. */
async function siblings(work: WorkingCopy, count: number): Promise<string[]> {
  const tree = (await work.git("rev-parse", "HEAD^{tree}")).trim();
  const made: string[] = [];
  for (let n = 0; n < count; n++) {
    made.push((await work.git("commit-tree", "-p", "HEAD", "-m", `sibling ${n}`, tree)).trim());
  }
  return made;
}

test("S6.14 of pushes to one ref at once exactly one wins, and the others are rejected", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const base = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  const rivals = await siblings(work, 4);
  const results = await Promise.allSettled(
    rivals.map((commit) => runGit(work.path, ["push", host.url("shop"), `${commit}:refs/heads/main`])),
  );
  const won = rivals.filter((_, index) => results[index]?.status === "fulfilled");
  expect(won).toHaveLength(1);
  expect(await chain(host, repository.id, "refs/heads/main")).toEqual([base, ...won]);
});

test("S6.14 forced pushes at once leave one unbroken chain that ends where the ref is", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  const rivals = await siblings(work, 4);
  let done = 0;
  await Promise.all(
    rivals.flatMap((commit) =>
      [1, 2, 3].map(() =>
        runGit(work.path, ["push", "--force", host.url("shop"), `${commit}:refs/heads/main`]).then(
          () => (done += 1),
          () => undefined,
        ),
      ),
    ),
  );
  expect(done).toBeGreaterThan(0);
  const commits = await chain(host, repository.id, "refs/heads/main");
  expect(commits.at(-1)).toBe(await host.repositories.branchHead(repository, "main"));
  expect(host.changes.map(({ commitId }) => commitId)).toEqual(commits);
  expect(await openIntents(host.store.read, repository.id)).toEqual([]);
});

test("pushes to different refs at once all succeed", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  await work.commit("a.txt", "one");
  const names = ["a", "b", "c", "d", "e", "f"];
  await Promise.all(names.map((name) => runGit(work.path, ["push", host.url("shop"), `main:${name}`])));
  expect((await host.events(repository)).map((event) => event.split(" ")[0]).sort()).toEqual(
    names.map((name) => `refs/heads/${name}`),
  );
});

test("S6.13 refs moved by git in the folder make events at the next look, and start", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const one = await work.commit("a.txt", "one");
  const two = await work.commit("a.txt", "two");
  await work.git("push", host.url("shop"), "main");
  await runGit(repository.path, ["update-ref", "refs/heads/main", one]);
  await runGit(repository.path, ["update-ref", "refs/heads/side", two]);

  await host.repositories.recover();
  const cut = (commit: string) => commit.slice(0, 7);
  expect((await host.events(repository)).slice(1).sort()).toEqual([
    `refs/heads/main ${cut(two)}..${cut(one)}`,
    `refs/heads/side 0000000..${cut(two)}`,
  ]);
  expect(host.changes.map(({ branch }) => branch).sort()).toEqual(["main", "main", "side"]);
  await host.repositories.recover();
  expect(await host.events(repository)).toHaveLength(3);
});

test("a client that hangs up in the middle of a push leaves nothing, and the next push works", async () => {
  await using host = await gitHost();
  await using work = await workingCopy();
  const repository = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  const command = `${"0".repeat(40)} ${commit} refs/heads/main\0 report-status side-band-64k`;
  const line = `${(command.length + 4).toString(16).padStart(4, "0")}${command}0000PACK`;
  const hangUp = new AbortController();
  const { username, password } = new URL(host.url("shop"));
  const authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString("base64")}`;
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.from(line));
    },
  });
  const pushing = fetch(`${host.origin}/git/shop.git/git-receive-pack`, {
    method: "POST",
    headers: { authorization, "content-type": "application/x-git-receive-pack-request" },
    body,
    duplex: "half",
    signal: hangUp.signal,
  } as RequestInit);
  while ((await openIntents(host.store.read, repository.id)).length === 0) {
    await new Promise(setImmediate);
  }
  hangUp.abort();
  await expect(pushing).rejects.toThrow();
  while ((await openIntents(host.store.read, repository.id)).length > 0) await new Promise(setImmediate);

  expect(await host.events(repository)).toEqual([]);
  await work.git("push", host.url("shop"), "main");
  expect(await host.events(repository)).toHaveLength(1);
});

test("P1.12 the commit of an execution that a push starts is kept, also when no branch reaches it any more", async () => {
  const executionId = "7c6fd0a4-0000-4000-8000-000000000000";
  const starts = [executionId];
  await using host = await gitHost({ branchMoved: async () => starts.splice(0) });
  await using work = await workingCopy();
  const { path } = await host.create("shop");
  const commit = await work.commit("a.txt", "one");
  await work.git("push", host.url("shop"), "main");
  await work.git("commit", "--quiet", "--amend", "-m", "other");
  await work.git("push", "--force", host.url("shop"), "main");
  const kept = await runGit(path, ["rev-parse", `refs/millrace/executions/${executionId}`]);
  expect(kept.trim()).toBe(commit);
});
