import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { freePort } from "../support/free-port.ts";
import { environment, poemAt } from "./support/poem.ts";

let host: ChildProcess | undefined;
afterEach(() => host?.kill("SIGKILL"));

test("the example of a function is invoked by its pipeline, and reports by itself", async () => {
  const port = await freePort();
  const settings = { "functions.count-lines": `http://127.0.0.1:${port}` };
  await using server = await createServer({ logLevel: "error", settings });
  const file = fileURLToPath(new URL("../../examples/function.ts", import.meta.url));
  host = spawn(process.execPath, [file], {
    env: { ...environment(server), PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (host.stdout !== null) await once(host.stdout, "data");
  using poem = await poemAt(server);
  await poem.create({
    actionTypeId: { category: "Invoke", owner: "AWS", provider: "Lambda", version: "1" },
    configuration: { FunctionName: "count-lines" },
  });

  await expect.poll(async () => (await poem.counted())?.status, { timeout: 30_000 }).toBe("Succeeded");
  expect((await poem.counted())?.output).toMatchObject({
    outputVariables: { Lines: "2" },
    executionResult: { externalExecutionSummary: "2 lines" },
  });
});
