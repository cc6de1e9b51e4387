/** A pipeline that is started by webhooks, and what its webhooks are put with. */
import {
  type ActionDeclaration,
  type CodePipelineClient,
  CreatePipelineCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  PutWebhookCommand,
  StopPipelineExecutionCommand,
  type WebhookDefinition,
} from "@aws-sdk/client-codepipeline";
import { approval, pipeline, source, stage } from "../../codepipeline/support/declarations.ts";
import { TOKEN } from "./github.ts";

export const SECRET = "It's a Secret to Everybody";

export function gitHubSource(
  configuration: Readonly<Record<string, string>> = {},
  changes: Partial<ActionDeclaration> = {},
): ActionDeclaration {
  return source({
    actionTypeId: { category: "Source", owner: "ThirdParty", provider: "GitHub", version: "1" },
    configuration: {
      Owner: "octo",
      Repo: "shop",
      Branch: "main",
      OAuthToken: TOKEN,
      PollForSourceChanges: "false",
      ...configuration,
    },
    ...changes,
  });
}

/** Source `Fetch` from GitHub, and an approval that nobody gives. */
export function gitHubPipeline(
  name: string,
  configuration: Readonly<Record<string, string>> = {},
): PipelineDeclaration {
  return pipeline({
    name,
    stages: [stage("Source", gitHubSource(configuration)), stage("Deploy", approval())],
  });
}

/** The definition of a webhook of pipeline `name`, which filters by the branch. */
export function hmacWebhook(name: string, changes: Partial<WebhookDefinition> = {}): WebhookDefinition {
  return {
    name,
    targetPipeline: name,
    targetAction: "Fetch",
    filters: [{ jsonPath: "$.ref", matchEquals: "refs/heads/{Branch}" }],
    authentication: "GITHUB_HMAC",
    authenticationConfiguration: { SecretToken: SECRET },
    ...changes,
  };
}

/** Creates the pipeline and its webhook. @returns the webhook's URL */
export async function withWebhook(
  client: CodePipelineClient,
  name: string,
  changes: Partial<WebhookDefinition> = {},
  configuration: Readonly<Record<string, string>> = {},
): Promise<string> {
  await client.send(new CreatePipelineCommand({ pipeline: gitHubPipeline(name, configuration) }));
  const { webhook } = await client.send(new PutWebhookCommand({ webhook: hmacWebhook(name, changes) }));
  return webhook?.url ?? "";
}

/** What started the pipeline's executions, newest first, but for its creation. */
export async function triggers(client: CodePipelineClient, pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries.filter(({ trigger }) => trigger?.triggerType !== "CreatePipeline");
}

export async function abandon(client: CodePipelineClient, pipelineName: string, id: string): Promise<void> {
  await client.send(
    new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId: id, abandon: true }),
  );
}
