/** `millrace replay` on the data directory of a server that runs. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { createWorked, ORIGIN, pass, worked } from "../codepipeline/support/workers.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { run, temporaryFolder } from "./millrace.ts";

test("replay prints an execution's commands and verifies them, while a server runs", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "data");
  await using server = await createServer({ dataDir, worker: false, logLevel: "silent" });
  const { url: endpoint, region, credentials } = server;
  using clients = clientsOf({ endpoint, region, credentials });
  const id = await createWorked(clients.codepipeline, worked([stage("Ok", approval())]));
  await pass(clients.codepipeline, ORIGIN);

  const environment = { MILLRACE_DATA_DIR: dataDir };
  const [text, json, missing] = await Promise.all([
    run(["replay", id], environment),
    run(["replay", id, "--json"], environment),
    run(["replay", "00000000-0000-4000-8000-000000000000"], environment),
  ]);
  expect(text).toMatchObject({ code: 0, stderr: "" });
  expect(text.stdout.split("\n")).toEqual([
    expect.stringMatching(/^20\S+Z {2}start by CreatePipeline \(arn:.*\)$/),
    "    created as number 1, version 1",
    "    entered stage 'Source'",
    expect.stringMatching(/^ {4}action 'Fetch' started as [0-9a-f-]{36}$/),
    expect.stringMatching(/^20\S+Z {2}success of 'Fetch' of stage 'Source'$/),
    "    action 'Fetch' InProgress → Succeeded",
    "    stage 'Source' Succeeded",
    "    entered stage 'Ok'",
    expect.stringMatching(/^ {4}action '\w+' started as [0-9a-f-]{36}$/),
    "The engine agrees: 2 commands on the pipeline, run again, give what is stored.",
    "",
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    pipeline: "app",
    verdict: { kind: "agrees", commands: 2 },
  });
  expect(missing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^millrace: there is no execution /),
  });
});
