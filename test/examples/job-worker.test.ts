import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { CreateCustomActionTypeCommand } from "@aws-sdk/client-codepipeline";
import { afterEach, expect, test } from "vitest";
import { createServer, type Server } from "../../src/server/index.ts";
import { environment, poemAt } from "./support/poem.ts";

let worker: ChildProcess | undefined;
afterEach(() => worker?.kill("SIGKILL"));

function launch(server: Server, stderr: "inherit" | "pipe"): ChildProcess {
  const file = fileURLToPath(new URL("../../examples/job-worker.ts", import.meta.url));
  return spawn(process.execPath, [file], {
    env: environment(server),
    stdio: ["ignore", "inherit", stderr],
  });
}

test("without its action type the example says in a line what to do, and ends with 1", async () => {
  await using server = await createServer({ logLevel: "error", worker: false });
  worker = launch(server, "pipe");
  const said = worker.stderr === null ? "" : await text(worker.stderr);
  expect(said).toBe(
    "Custom/Test/WordCount/1 isn't there: make it by the command at the head of this file.\n",
  );
  await expect.poll(() => worker?.exitCode, { timeout: 30_000 }).toBe(1);
});

test("the example of a job worker does the jobs of its action type", async () => {
  await using server = await createServer({ logLevel: "error" });
  using poem = await poemAt(server);
  const custom = { category: "Test", provider: "WordCount", version: "1" } as const;
  await poem.client.send(
    new CreateCustomActionTypeCommand({
      ...custom,
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    }),
  );
  await poem.create({ actionTypeId: { ...custom, owner: "Custom" } });
  worker = launch(server, "inherit");

  await expect.poll(async () => (await poem.counted())?.status, { timeout: 30_000 }).toBe("Succeeded");
  expect((await poem.counted())?.output).toMatchObject({
    outputVariables: { Words: "4" },
    executionResult: { externalExecutionSummary: "4 words" },
  });
  worker.kill("SIGKILL");
});
