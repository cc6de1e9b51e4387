import { createHmac } from "node:crypto";
import { ListPipelineExecutionsCommand, ListWebhooksCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Importing, importing, templateOf } from "./support/importing.ts";

let at: Importing;
beforeAll(async () => {
  at = await importing({ worker: false });
});
afterAll(() => at[Symbol.asyncDispose]());

const source = {
  Name: "Fetch",
  ActionTypeId: { Category: "Source", Owner: "AWS", Provider: "CodeCommit", Version: "1" },
  Configuration: { RepositoryName: "app", BranchName: "main", PollForSourceChanges: false },
  OutputArtifacts: [{ Name: "Code" }],
};
const approval = {
  Name: "Approve",
  ActionTypeId: { Category: "Approval", Owner: "AWS", Provider: "Manual", Version: "1" },
};
const Pipeline = {
  Type: "AWS::CodePipeline::Pipeline",
  Properties: {
    Name: "hooked",
    RoleArn: "arn:aws:iam::000000000000:role/any",
    Stages: [
      { Name: "Source", Actions: [source] },
      { Name: "Release", Actions: [approval] },
    ],
  },
};
const hook = (changes: object = {}) => ({
  Type: "AWS::CodePipeline::Webhook",
  Properties: {
    Name: "hook",
    Authentication: "GITHUB_HMAC",
    AuthenticationConfiguration: { SecretToken: "{{resolve:ssm-secure:hook:1}}" },
    Filters: [{ JsonPath: "$.ref", MatchEquals: "refs/heads/{BranchName}" }],
    TargetAction: "Fetch",
    TargetPipeline: { Ref: "Pipeline" },
    TargetPipelineVersion: { "Fn::GetAtt": ["Pipeline", "Version"] },
    RegisterWithThirdParty: false,
    ...changes,
  },
});
const secretValues = { "ssm-secure:hook:1": "open sesame" };
const webhooks = async () => (await at.clients.codepipeline.send(new ListWebhooksCommand())).webhooks ?? [];

test.each([
  [
    "an action that isn't a source",
    { TargetAction: "Approve" },
    "ValidationException: The target action 'Approve' is not in the first stage",
  ],
  ["a pipeline that is nowhere", { TargetPipeline: "nobody" }, "PipelineNotFoundException"],
  [
    "a placeholder without a key",
    { Filters: [{ JsonPath: "$.ref", MatchEquals: "{Colour}" }] },
    "InvalidWebhookFilterPatternException",
  ],
  [
    "another authentication's configuration",
    { Authentication: "IP" },
    "InvalidWebhookAuthenticationParametersException",
  ],
])("a webhook with %s is refused before its pipeline is made", async (_, changes, message) => {
  const template = templateOf({ Pipeline, Hook: hook(changes) });
  await expect(at.imports({ "t.json": template }, { secretValues })).rejects.toThrow(`t/Hook: ${message}`);
  await expect(
    at.clients.codepipeline.send(new ListPipelineExecutionsCommand({ pipelineName: "hooked" })),
  ).rejects.toThrow("does not have a pipeline");
});

test("a webhook is made behind its pipeline, and takes deliveries signed with its secret", async () => {
  const template = templateOf({ Hook: hook(), Pipeline });
  expect(await at.imports({ "t.json": template }, { secretValues })).toEqual([
    "+ pipeline hooked (us-east-1)",
    "+ webhook hook (us-east-1)",
    "2 to create, 0 to update, 0 unchanged, 0 skipped",
  ]);
  const [{ url = "" } = {}] = await webhooks();
  const body = JSON.stringify({ ref: "refs/heads/main" });
  const signature = createHmac("sha256", "open sesame").update(body).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": "1",
    "x-hub-signature-256": `sha256=${signature}`,
  };
  const answer = await fetch(url, { method: "POST", headers, body });
  expect(answer.status).toBe(200);
  const { pipelineExecutionSummaries: [newest] = [] } = await at.clients.codepipeline.send(
    new ListPipelineExecutionsCommand({ pipelineName: "hooked" }),
  );
  expect(newest?.trigger?.triggerType).toBe("Webhook");
});

test("a second import leaves it alone and says that its secret can't be compared; a changed filter is put", async () => {
  const template = (changes: object) => templateOf({ Pipeline, Hook: hook(changes) });
  expect(await at.imports({ "t.json": template({}) }, { secretValues, dryRun: true })).toEqual([
    "= pipeline hooked (us-east-1)",
    "= webhook hook (us-east-1)",
    "    note: its secret can't be compared, for the server doesn't show it: --renew-secrets sends it again",
    "dry run: 0 to create, 0 to update, 2 unchanged, 0 skipped",
  ]);
  const [before] = await webhooks();
  const Filters = [{ JsonPath: "$.ref", MatchEquals: "refs/heads/next" }];
  expect(await at.imports({ "t.json": template({ Filters }) }, { secretValues })).toContain(
    "~ webhook hook (us-east-1)",
  );
  const [after] = await webhooks();
  expect(after?.definition?.filters).toEqual([{ jsonPath: "$.ref", matchEquals: "refs/heads/next" }]);
  expect(after?.url).toBe(before?.url);
});
