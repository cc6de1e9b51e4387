/** A server behind TLS that only a company's own authority vouches for, and a worker elsewhere (S9.6). */
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  type PipelineDeclaration,
} from "@aws-sdk/client-codepipeline";
import { expect, test, vi } from "vitest";
import { launch, temporaryFolder } from "../cli/millrace.ts";
import { commands, ROLE, source, stage } from "../codepipeline/support/declarations.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { gitUrl, workingCopy } from "../e2e/support/working-copy.ts";
import { testServer } from "../support/server.ts";
import { AUTHORITY, passingOn, tlsServer } from "./support/tls.ts";

test("--ca-file: a worker reaches its server, its artifacts and repositories; events reach their receiver", async () => {
  await using stack = new AsyncDisposableStack();
  let port = 0;
  const received: string[] = [];
  const pass = passingOn(() => port);
  const tls = stack.use(
    await tlsServer((request, response) => {
      if (request.url !== "/events-of-millrace") return pass(request, response);
      received.push(String(request.headers["webhook-id"]));
      response.end();
    }),
  );
  const publicUrl = `https://127.0.0.1:${tls.port}`;
  const { server, config } = stack.use(
    await testServer({
      worker: false,
      publicUrl,
      caFile: AUTHORITY,
      settings: {
        "events.far": `${publicUrl}/events-of-millrace`,
        "events.far.secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      },
    }),
  );
  port = Number(new URL(server.url).port);

  const clients = stack.use(clientsOf(config));
  await clients.codecommit.send(new CreateRepositoryCommand({ repositoryName: "app" }));
  const copy = stack.use(await workingCopy());
  await copy.commit("First");
  await copy.git("push", "--quiet", gitUrl(config, "app"), "main");

  const folder = stack.use(await temporaryFolder());
  const key = {
    AWS_ACCESS_KEY_ID: config.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: config.credentials.secretAccessKey,
  };
  const worker = launch(
    ["worker", "--endpoint", publicUrl, "--work-dir", folder.path, "--ca-file", AUTHORITY],
    key,
  );
  stack.defer(async () => {
    worker.process.kill("SIGTERM");
    await worker.ended;
  });
  const client = new CodePipelineClient(config);
  stack.defer(() => client.destroy());
  const pipeline: PipelineDeclaration = {
    name: "app",
    roleArn: ROLE,
    pipelineType: "V2",
    stages: [stage("Source", source()), stage("Work", commands())],
  };
  await client.send(new CreatePipelineCommand({ pipeline }));
  await vi.waitFor(
    async () => {
      const { actionExecutionDetails = [] } = await client.send(
        new ListActionExecutionsCommand({ pipelineName: "app" }),
      );
      expect(actionExecutionDetails.map(({ status }) => status)).toEqual(["Succeeded", "Succeeded"]);
    },
    { timeout: 30_000, interval: 100 },
  );
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(5), { timeout: 20_000, interval: 50 });
}, 60_000);
