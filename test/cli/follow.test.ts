import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CreatePipelineCommand, ListPipelineExecutionsCommand } from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { commands } from "../codepipeline/support/declarations.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { bucketWith, deliveryOf, objectSource } from "../e2e/support/delivery.ts";
import { freePort } from "../support/free-port.ts";
import { gateOf, waitAtGate } from "../support/gate.ts";
import { launch, temporaryFolder } from "./millrace.ts";

const READY = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/m;

test("millrace logs --follow goes on where it was when the server is back, each line once", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "data");
  const port = String(await freePort());
  const start = () => launch(["start", "--port", port, "--data-dir", dataDir, "--log-level", "error"]);
  const killed = start();
  const [, endpoint = ""] = await killed.line(READY);
  const credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  using clients = clientsOf({ endpoint, region: "us-east-1", credentials });
  await bucketWith(clients, "inbox", { "a.txt": "a" });
  const gated = commands({ commands: ["echo first", waitAtGate, "echo last"] });
  const pipeline = deliveryOf("app", objectSource("inbox", "code.zip"), gated);
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline }));
  const { pipelineExecutionSummaries: [execution] = [] } = await clients.codepipeline.send(
    new ListPipelineExecutionsCommand({ pipelineName: "app" }),
  );

  const follower = launch(
    ["logs", execution?.pipelineExecutionId ?? "", "--follow", "--endpoint", endpoint],
    { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
  );
  await follower.line(/│ first$/m);
  killed.process.kill("SIGKILL");
  await killed.ended;
  const server = start();
  await server.line(READY);
  await follower.line(/│ \[Millrace\] worker lost, starting again \(attempt 2\)$/m);
  await gateOf(join(dataDir, "worker")).open();
  const { code, stdout, stderr } = await follower.ended;
  expect(code).toBe(0);
  expect(stdout.match(/│ first$/gm)).toHaveLength(2);
  expect(stdout.match(/│ last$/gm)).toHaveLength(1);
  expect(stdout.match(/worker lost/g)).toHaveLength(1);
  expect(stderr).toMatch(/^(millrace: the server at \S+ can't be reached[^\n]*; trying again\n)?$/);
  server.process.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});
