/** `/explain` and `millrace explain` through a whole server. */
import { PutApprovalResultCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Explanation } from "../../src/core/explain/index.ts";
import { createServer, type Server } from "../../src/server/index.ts";
import { run } from "../cli/millrace.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { createWorked, ORIGIN, pass, worked } from "../codepipeline/support/workers.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { type Parts, signed } from "../logs/support/signed.ts";
import { emptyDatabase } from "../support/store.ts";

const stack = new AsyncDisposableStack();
let server: Server;
let executionId: string;
beforeAll(async () => {
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  server = stack.use(await createServer({ ...place, worker: false, logLevel: "error" }));
  const { url: endpoint, region, credentials } = server;
  const { codepipeline } = stack.use(clientsOf({ endpoint, region, credentials }));
  executionId = await createWorked(codepipeline, worked([stage("Ok", approval({ name: "Sign" }))]));
  await pass(codepipeline, ORIGIN);
});
afterAll(() => stack.disposeAsync());

const get = (query: string, parts: Parts = {}) =>
  signed(server.url, `/explain${query}`, server.credentials, parts);
const explained = async (query: string) => (await (await get(query)).json()) as Explanation;

test("why an execution isn't moving, by its id or by its pipeline's name", async () => {
  const reason = {
    code: "approval",
    stage: "Ok",
    action: "Sign",
    text: expect.stringMatching(
      /^Action 'Sign' of stage 'Ok' waits for an approval since .* \(\d+ m?s\), and fails at/,
    ),
    since: expect.stringMatching(/Z$/),
    until: expect.stringMatching(/Z$/),
    command: expect.stringMatching(/^aws codepipeline put-approval-result /),
  };
  const execution = {
    executionId,
    status: "InProgress",
    version: 1,
    started: expect.stringMatching(/Z$/),
    reasons: [reason],
  };
  const explanation = { pipeline: "app", version: 1, reasons: [], executions: [execution] };
  expect(await explained(`?execution=${executionId}`)).toEqual(explanation);
  expect(await explained("?pipeline=app")).toEqual(explanation);
});

test("what isn't there, what can't be asked, and who may not ask", async () => {
  const unknown = "00000000-0000-4000-8000-000000000000";
  const refused: [string, number, RegExp][] = [
    ["?pipeline=other", 404, /^There is no pipeline 'other' in us-east-1\.$/],
    [`?execution=${unknown}`, 404, /^There is no execution '0{8}-.*' in us-east-1\.$/],
    ["?execution=%00", 404, /^There is no execution/],
    ["", 400, /^Give one of pipeline=<name> and execution=<id>\.$/],
    [`?pipeline=app&execution=${executionId}`, 400, /^Give one of/],
  ];
  for (const [query, status, message] of refused) {
    const answer = await get(query);
    expect([query, answer.status, await answer.json()]).toEqual([
      query,
      status,
      { message: expect.stringMatching(message) },
    ]);
  }
  const post = await get("?pipeline=app", { method: "POST", body: "" });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET"]);
  expect((await fetch(`${server.url}/explain?pipeline=app`)).status).toBe(403);
  const wrong = { ...server.credentials, secretAccessKey: "wrong" };
  expect((await signed(server.url, "/explain?pipeline=app", wrong)).status).toBe(403);
});

test("millrace explain prints it as text, or as JSON", async () => {
  const environment = {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const [text, json, missing, none] = await Promise.all([
    run(["explain", "app"], environment),
    run(["explain", executionId, "--json"], environment),
    run(["explain", "other"], environment),
    run(["explain"], environment),
  ]);
  expect(text.stdout).toMatch(
    new RegExp(
      `^Pipeline app, version 1\n\nExecution ${executionId}: InProgress, version 1, started .*Z\n  - Action 'Sign' of stage 'Ok' waits for an approval .*\n    \\$ aws codepipeline put-approval-result --region us-east-1 --pipeline-name app .*\n$`,
    ),
  );
  expect((JSON.parse(json!.stdout) as Explanation).executions[0]!.executionId).toBe(executionId);
  expect(missing).toMatchObject({
    code: 1,
    stderr: "millrace: There is no pipeline 'other' in us-east-1.\n",
  });
  expect(none.code).toBe(2);
});

test("the command that it tells answers the approval", async () => {
  const { executions } = await explained("?pipeline=app");
  const command = executions[0]?.reasons[0]?.command ?? "";
  const given = new Map([...command.matchAll(/--([a-z-]+) (\S+)/g)].map(([, name, value]) => [name, value]));
  const [status, summary] = [.../^status=(\w+),summary=(\w+)$/.exec(given.get("result") ?? "")!].slice(1);
  const { url: endpoint, credentials } = server;
  const region = given.get("region")!;
  using clients = clientsOf({ endpoint, region, credentials });
  await clients.codepipeline.send(
    new PutApprovalResultCommand({
      pipelineName: given.get("pipeline-name"),
      stageName: given.get("stage-name"),
      actionName: given.get("action-name"),
      token: given.get("token"),
      result: { status: status as "Approved", summary },
    }),
  );
  expect((await explained(`?execution=${executionId}`)).executions[0]?.status).toBe("Succeeded");
});
