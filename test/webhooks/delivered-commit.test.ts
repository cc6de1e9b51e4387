/** From a push at GitHub to a built commit: real git, a real build, a stand-in for GitHub alone. */
import {
  type ActionExecutionFilter,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListWebhooksCommand,
  PutWebhookCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { commands, pipeline, stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { deliver, type GitHub, gitHub, TOKEN } from "./support/github.ts";
import { gitHubSource, hmacWebhook, SECRET } from "./support/pipeline.ts";

let host: GitHub;
let fixture: Fixture;

beforeAll(async () => {
  host = await gitHub();
  fixture = await startServer({
    worker: true,
    settings: { "github.url": host.url, "github.endpoint": host.apiUrl },
  });
});

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

async function ended(pipelineName: string, pipelineExecutionId: string) {
  return vi.waitFor(
    async () => {
      const { pipelineExecution } = await fixture.client.send(
        new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
      );
      if (pipelineExecution?.status === "InProgress") throw new Error("in progress");
      return pipelineExecution;
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function actionsOf(pipelineName: string, pipelineExecutionId: string) {
  const { actionExecutionDetails = [] } = await fixture.client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return actionExecutionDetails;
}

describe("a delivery of a push", () => {
  test("starts the pipeline, whose source fetches the pushed commit, and a build gets it (S1.13g, S1.37, P1.30)", async () => {
    await host.createRepository("octo/shop");
    await host.commit("octo/shop", "main", { "word.txt": "first" });
    const build = commands({ commands: ['test "$(cat word.txt)" = second'] });
    await fixture.client.send(
      new CreatePipelineCommand({
        pipeline: pipeline({
          name: "shop",
          pipelineType: "V2",
          stages: [stage("Source", gitHubSource()), stage("Build", build)],
        }),
      }),
    );
    const { webhook } = await fixture.client.send(new PutWebhookCommand({ webhook: hmacWebhook("shop") }));
    const pushed = await host.commit("octo/shop", "main", { "word.txt": "second" });
    const push = host.lastPush();
    // Another push follows before the first is delivered: the delivered commit counts, not the newest.
    await host.commit("octo/shop", "main", { "word.txt": "third" });

    const sent = await deliver(webhook?.url ?? "", push, { secret: SECRET });

    expect(sent).toMatchObject({ status: 200, body: { result: "started" } });
    const execution = await ended("shop", sent.body.pipelineExecutionId ?? "");
    expect(execution).toMatchObject({
      status: "Succeeded",
      trigger: { triggerType: "Webhook", triggerDetail: webhook?.arn },
      artifactRevisions: [
        {
          revisionId: pushed,
          revisionSummary: "Change word.txt",
          revisionUrl: `${host.url}/octo/shop/commit/${pushed}`,
        },
      ],
    });
    const [, fetched] = await actionsOf("shop", sent.body.pipelineExecutionId ?? "");
    expect(fetched).toMatchObject({
      actionName: "Fetch",
      input: { configuration: { OAuthToken: "****" }, resolvedConfiguration: { OAuthToken: "****" } },
      output: {
        outputVariables: {
          AuthorDate: "2023-11-14T22:13:20Z",
          BranchName: "main",
          CommitId: pushed,
          CommitMessage: "Change word.txt",
          CommitterDate: "2023-11-14T22:13:20Z",
          CommitUrl: `${host.url}/octo/shop/commit/${pushed}`,
          RepositoryName: "shop",
        },
      },
    });
    const { webhooks } = await fixture.client.send(new ListWebhooksCommand({}));
    expect(webhooks?.[0]?.lastTriggered?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify([execution, fetched, webhooks])).not.toContain(TOKEN);
  });
});

describe("P1.30: what a source at GitHub fails with", () => {
  const missing = "0123456789abcdef0123456789abcdef01234567";

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "a token that is refused",
      { OAuthToken: "revoked" },
      'PermissionError: Could not access the GitHub repository: "broken". Make sure the OAuth token is valid, and then try again.',
    ],
    [
      "a repository that isn't there",
      { Repo: "nowhere" },
      "ConfigurationError: No GitHub repository octo/nowhere was found, or its OAuth token may not read it. Make sure you are using the correct owner, repository and token, and then try again.",
    ],
    [
      "a branch that isn't there",
      { Branch: "gone" },
      "ConfigurationError: The action failed because no branch named gone was found in the GitHub repository octo/broken. Make sure you are using the correct branch name, and then try again.",
    ],
    [
      "an owner that can be none",
      { Owner: "../.." },
      "ConfigurationError: No GitHub repository ../../broken was found, or its OAuth token may not read it. Make sure you are using the correct owner, repository and token, and then try again.",
    ],
    [
      "a branch that would be an option of git's",
      { Branch: "--upload-pack=id" },
      "ConfigurationError: The action failed because no branch named --upload-pack=id was found in the GitHub repository octo/broken. Make sure you are using the correct branch name, and then try again.",
    ],
  ])("%s", async (what, configuration, expected) => {
    const name = `broken-${what.replaceAll(/[^a-z]/g, "-")}`;
    await host.createRepository("octo/broken");
    await host.commit("octo/broken", "main", { "a.txt": what });
    const fetching = gitHubSource({ Repo: "broken", ...configuration });
    const stages = [stage("Source", fetching), stage("Build", commands({ commands: ["true"] }))];
    await fixture.client.send(
      new CreatePipelineCommand({ pipeline: pipeline({ name, pipelineType: "V2", stages }) }),
    );
    expect(await failureOf(name)).toBe(expected);
  });

  test("S1.37 a delivered commit that can't be had any more: RevisionUnavailable", async () => {
    await host.createRepository("octo/forced");
    await host.commit("octo/forced", "main", { "a.txt": "1" });
    const fetching = gitHubSource({ Repo: "forced" });
    const stages = [stage("Source", fetching), stage("Build", commands({ commands: ["true"] }))];
    await fixture.client.send(
      new CreatePipelineCommand({ pipeline: pipeline({ name: "forced", pipelineType: "V2", stages }) }),
    );
    const { webhook } = await fixture.client.send(new PutWebhookCommand({ webhook: hmacWebhook("forced") }));
    const push = { ...host.lastPush(), after: missing };
    const sent = await deliver(webhook?.url ?? "", push, { secret: SECRET });
    const pipelineExecutionId = sent.body.pipelineExecutionId ?? "";
    await ended("forced", pipelineExecutionId);
    // The pipeline's creation started one too, which may go on.
    expect(await failureOf("forced", { pipelineExecutionId })).toBe(
      `RevisionUnavailable: Commit ${missing} is no longer in repository octo/forced`,
    );
  });
});

/** `Code: message` of the newest attempt of action Fetch, once it has failed. */
function failureOf(pipelineName: string, filter?: ActionExecutionFilter): Promise<string> {
  return vi.waitFor(
    async () => {
      const { actionExecutionDetails = [] } = await fixture.client.send(
        new ListActionExecutionsCommand({ pipelineName, filter }),
      );
      const { errorDetails } = actionExecutionDetails[0]?.output?.executionResult ?? {};
      if (errorDetails === undefined) throw new Error("not failed");
      return `${errorDetails.code}: ${errorDetails.message}`;
    },
    { timeout: 30_000, interval: 50 },
  );
}
