/** Invoke/Lambda by a whole server and its worker: functions that report by themselves (P7.1 to P7.6). */
import {
  type ActionDeclaration,
  CodePipelineClient,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commands, pipelineWith } from "../codepipeline/support/declarations.ts";
import { startServer } from "../codepipeline/support/server.ts";
import { signed } from "../logs/support/signed.ts";
import { outside } from "../worker/support/outside.ts";
import { zipOf } from "./support/archive.ts";
import { bucketWith, deliveryOf, ended, objectSource } from "./support/delivery.ts";
import { type FunctionEvent, guardedServer, invoked } from "./support/guarded.ts";
import { mortalServer } from "./support/mortal-server.ts";

let here: Awaited<ReturnType<typeof guardedServer>>;
/** By the functions' own credentials, which are no worker's. */
let asFunction: CodePipelineClient;
beforeAll(async () => {
  here = await guardedServer({ "lambda.continueAfter": "0" });
  const key = await here.userWith([
    {
      Effect: "Allow",
      Action: ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"],
      Resource: "*",
    },
  ]);
  asFunction = new CodePipelineClient(here.configOf(key));
});
afterAll(async () => {
  asFunction?.destroy();
  await here?.[Symbol.asyncDispose]();
});

function invoke(FunctionName: string, changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Call",
    actionTypeId: { category: "Invoke", owner: "AWS", provider: "Lambda", version: "1" },
    configuration: { FunctionName },
    ...changes,
  };
}

/** As Lambda does: the event is taken, and the function runs when that was answered. */
function inItsOwnTime(work: (event: FunctionEvent) => Promise<unknown>) {
  return (event: FunctionEvent) => {
    setImmediate(() => void work(event));
    return { status: 202 };
  };
}

async function actionsOf(pipelineName: string) {
  const { actionExecutionDetails = [] } = await here.client.send(
    new ListActionExecutionsCommand({ pipelineName }),
  );
  return new Map(actionExecutionDetails.map((row) => [row.actionName, row]));
}

async function logOf(action: string, pipelineName: string): Promise<string> {
  const id = (await actionsOf(pipelineName)).get(action)?.actionExecutionId;
  return (await signed(here.server.url, `/logs/${id}`, here.server.credentials)).text();
}

test("P7.3 a function takes its inputs, brings its outputs and variables, and reports with its own credentials", async () => {
  here.functions.set(
    "resize",
    inItsOwnTime(async ({ id, data }) => {
      const { expirationTime: _, ...credentials } = data.artifactCredentials;
      const s3 = here.s3Of(credentials);
      const [input, output] = [data.inputArtifacts[0]!, data.outputArtifacts[0]!].map(
        ({ location: { s3Location } }) => ({ Bucket: s3Location.bucketName, Key: s3Location.objectKey }),
      );
      const bytes = await (await s3.send(new GetObjectCommand(input!))).Body?.transformToByteArray();
      await s3.send(new PutObjectCommand({ ...output!, Body: zipOf({ "size.txt": `${bytes?.length}\n` }) }));
      s3.destroy();
      // Once it has reported, the log takes no more lines.
      await vi.waitFor(async () => expect(await logOf("Call", "resize")).toContain("invoked:"), {
        timeout: 20_000,
      });
      await asFunction.send(
        new PutJobSuccessResultCommand({
          jobId: id,
          executionDetails: { summary: "resized", externalExecutionId: "invocation-1", percentComplete: 100 },
          outputVariables: { size: "small" },
        }),
      );
    }),
  );
  const { execution } = await here.run("resize", {
    name: "Guarded",
    actions: [
      invoke("resize", {
        inputArtifacts: [{ name: "Code" }],
        outputArtifacts: [{ name: "Small" }],
        namespace: "call",
        runOrder: 1,
      }),
      commands({
        commands: ["grep -E '^[0-9]+$' size.txt", "test #{call.size} = small"],
        inputArtifacts: [{ name: "Small" }],
        runOrder: 2,
      }),
    ],
  });
  const actions = await actionsOf("resize");
  expect(execution?.status, JSON.stringify([...actions.values()].map(({ output }) => output))).toBe(
    "Succeeded",
  );
  expect(actions.get("Call")?.output).toMatchObject({
    outputVariables: { size: "small" },
    executionResult: { externalExecutionId: "invocation-1", externalExecutionSummary: "resized" },
  });
  expect(await logOf("Call", "resize")).toMatch(
    /invoking the AWS Lambda function resize\n.*invoked: it has 20 minutes to call/s,
  );
});

test("P7.5 a continuation token has the function invoked again, with a new job id and the token", async () => {
  const seen: { id: string; token: string | undefined }[] = [];
  here.functions.set(
    "twice",
    inItsOwnTime(async ({ id, data: { continuationToken: token } }) => {
      seen.push({ id, token });
      const goesOn = token === undefined && { continuationToken: "half" };
      await asFunction.send(new PutJobSuccessResultCommand({ jobId: id, ...goesOn }));
    }),
  );
  const { execution } = await here.run("twice", { name: "Guarded", actions: [invoke("twice")] });
  expect(execution?.status).toBe("Succeeded");
  expect(seen.map(({ token }) => token)).toEqual([undefined, "half"]);
  expect(seen[0]?.id).not.toBe(seen[1]?.id);
});

test("a function says that its action failed, and why", async () => {
  here.functions.set(
    "refuses",
    inItsOwnTime(({ id: jobId }) =>
      asFunction.send(
        new PutJobFailureResultCommand({
          jobId,
          failureDetails: { type: "ConfigurationError", message: "no size" },
        }),
      ),
    ),
  );
  const { execution } = await here.run("refuses", { name: "Guarded", actions: [invoke("refuses")] });
  expect(execution?.status).toBe("Failed");
  expect((await actionsOf("refuses")).get("Call")?.output?.executionResult?.errorDetails).toEqual({
    code: "ConfigurationError",
    message: "no size",
  });
});

test("P7.3 a server that answers when the function has returned: its report counts, else its error does", async () => {
  here.functions.set("at-once", async ({ id: jobId }) => {
    await asFunction.send(new PutJobSuccessResultCommand({ jobId }));
    return { body: "null" };
  });
  here.functions.set("throws", () => ({
    headers: { "x-amz-function-error": "Unhandled" },
    body: '{"errorMessage":"out of memory"}',
  }));
  const { execution } = await here.run("at-once", { name: "Guarded", actions: [invoke("at-once")] });
  expect(execution?.status).toBe("Succeeded");
  await here.run("throws", { name: "Guarded", actions: [invoke("throws")] });
  expect((await actionsOf("throws")).get("Call")?.output?.executionResult?.errorDetails).toEqual({
    code: "JobFailed",
    message: "Lambda function throws failed: out of memory",
  });
  expect(here.lambda.received.filter((one) => invoked(one).name === "throws")).toHaveLength(1);
});

test("P7.3 a kill -9 while a function has its job: it isn't invoked again, and its report counts after the restart", async () => {
  const service = await outside(() => ({ status: 202 }));
  await using server = await mortalServer("--set", `functions.slow=${service.url}`);
  await server.start();
  const clients = await server.clients();
  await bucketWith(clients, "code", { "a.txt": "a" });
  const pipeline = deliveryOf("slow", objectSource("code", "code.zip"), invoke("slow"));
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline }));
  const { endpoint, credentials } = clients.target;
  const reason = async () => (await signed(endpoint, "/explain?pipeline=slow", credentials)).text();
  await vi.waitFor(async () => expect(await reason()).toContain("functionAnswers"), { timeout: 20_000 });

  await server.sleepThroughLeases();
  const after = await server.clients();
  const { id: jobId } = invoked(service.received[0]!).event;
  await after.codepipeline.send(new PutJobSuccessResultCommand({ jobId }));
  expect((await ended(after, "slow")).status).toBe("Succeeded");
  expect(service.received).toHaveLength(1);
});

test("P0.8 without a function or Lambda such an action is refused when the pipeline is made", async () => {
  await using server = await startServer();
  await expect(
    server.client.send(new CreatePipelineCommand({ pipeline: pipelineWith(invoke("resize")) })),
  ).rejects.toThrow(
    "in action 'Call' is not configured on this server. Missing: functions.resize or endpoint.lambda",
  );
});
