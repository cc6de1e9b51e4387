/** What builds are given as secrets is found nowhere but in the builds. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreatePipelineCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
} from "@aws-sdk/client-codepipeline";
import { expect, test, vi } from "vitest";
import { commands } from "../codepipeline/support/declarations.ts";
import { bucketWith, deliveryOf, ended, objectSource, readingOf } from "../e2e/support/delivery.ts";
import { actionsOf } from "../e2e/support/history.ts";
import { secretHost } from "../e2e/support/secret-host.ts";
import { gateOf, waitAtGate } from "../support/gate.ts";

const SECRET = "9f2c-very-secret-61d0";

test("A13 a build's secret: only sealed or **** in database, logs, answers, metrics, the process list and a kept folder", async () => {
  await using host = await secretHost({ keepFailed: 1 });
  const { clients } = host;
  const gate = gateOf(join(host.dataDir, "worker"));
  await host.set("token", SECRET);
  await bucketWith(clients, "code", { "a.txt": "a" });
  const action = commands({
    commands: [
      'echo "token $TOKEN"; echo "$TOKEN" | base64',
      waitAtGate,
      'RESULT="got $TOKEN"; echo "failed with $TOKEN"; exit 3',
    ],
    environmentVariables: [{ name: "TOKEN", value: "token", type: "SECRETS_MANAGER" }],
    outputVariables: ["RESULT"],
  });
  const pipeline = deliveryOf("app", objectSource("code", "code.zip"), action);
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline }));

  await gate.reached();
  const running = await commandLines();
  // The shell that was given the value.
  expect(running).toContain("millrace_frame");
  expect(running).not.toContain(SECRET);
  await gate.open();

  const { executionId, status } = await ended(clients, "app");
  expect(status).toBe("Failed");
  const { log, error } = await readingOf(clients, "app", executionId, "Run");
  expect(log).toContain("token ****");
  expect(error).toContain("failed with ****");

  const name = { name: "app" };
  const execution = { pipelineName: "app", pipelineExecutionId: executionId };
  const answers = [
    await clients.codepipeline.send(new GetPipelineCommand(name)),
    await clients.codepipeline.send(new GetPipelineStateCommand(name)),
    await clients.codepipeline.send(new GetPipelineExecutionCommand(execution)),
    await actionsOf(clients.codepipeline, "app"),
  ];
  const told = {
    log,
    answers: JSON.stringify(answers),
    metrics: await (await fetch(`${clients.target.endpoint}/metrics`)).text(),
    database: await host.databaseText(),
    kept: await textBelow(keptFolder(log)),
  };
  expect(told.kept).toContain("a.txt");
  expect(told.database).toContain("token ****");
  for (const [where, text] of Object.entries(told))
    for (const form of [SECRET, Buffer.from(SECRET).toString("base64")])
      expect(text.includes(form), `${form} in ${where}`).toBe(false);
});

/** Where the log says that the failed job's folder is kept. */
function keptFolder(log: string): string {
  const [, path] = /the job's folder is kept until \S+ on host \S+: (\S+)$/m.exec(log) ?? [];
  if (path === undefined) throw new Error("the log names no folder");
  return path;
}

/** Names and contents of all files there, once it is there. */
async function textBelow(folder: string): Promise<string> {
  const entries = await vi.waitUntil(
    () => readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined),
    { timeout: 30_000 },
  );
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(files.map((file) => readFile(file, "latin1")));
  return [...files, ...contents].join("\n");
}

/** Of every process of this machine; one that ended meanwhile is left out. */
async function commandLines(): Promise<string> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.join("\n");
}
