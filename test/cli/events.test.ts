/** `millrace events` while a server runs: it takes up what was added, and goes on where it was. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { createWorked, worked } from "../codepipeline/support/workers.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { run, temporaryFolder } from "./millrace.ts";

test("events adds, lists and removes sinks while a server runs", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "data");
  const file = join(folder.path, "events.jsonl");
  const environment = { MILLRACE_DATA_DIR: dataDir };
  await using server = await createServer({ dataDir, worker: false, logLevel: "silent" });

  const added = await run(["events", "add", "--file", file], environment);
  expect(added).toMatchObject({ code: 0, stderr: "" });
  const { id } = JSON.parse(added.stdout) as { id: string };
  const hook = await run(
    ["events", "add", "--url", "https://x.example/t0ken", "--form", "notification"],
    environment,
  );
  expect(JSON.parse(hook.stdout)).toEqual({
    id: expect.any(String),
    secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
  });

  const { url: endpoint, region, credentials } = server;
  using clients = clientsOf({ endpoint, region, credentials });
  await createWorked(clients.codepipeline, worked([stage("Ok", approval())]));
  await vi.waitFor(async () => expect(await readFile(file, "utf8")).toContain('"state":"STARTED"'), {
    timeout: 20_000,
  });

  const { stdout } = await run(["events", "list"], environment);
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(new RegExp(`^${id}\tfile ${file}\tevent\tat \\d+, \\d+ behind$`)),
    expect.stringMatching(/\turl https:\/\/x\.example\tnotification\t/),
    "",
  ]);
  expect(await run(["events", "remove", id], environment)).toMatchObject({ code: 0 });
  expect(await run(["events", "remove", id], environment)).toMatchObject({
    code: 1,
    stderr: `millrace: there is no sink ${id}; millrace events list shows them\n`,
  });
});

test.each<[string[], RegExp]>([
  [["events"], /^millrace: say what to do: millrace events add, list, or remove ID\. /],
  [["events", "add"], /^millrace: give one of --file, --url and --stdout\. /],
  [["events", "add", "--stdout", "--file", "x"], /^millrace: give one of --file, --url and --stdout\. /],
  [["events", "add", "--stdout", "--secret", "x"], /^millrace: only what is sent to a URL is signed: /],
  [
    ["events", "add", "--stdout", "--form", "xml"],
    /^millrace: --form takes event or notification, got 'xml'\. /,
  ],
])("%j is told what can be", async (args, message) => {
  expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
});
