/** A connection that is available, and a pipeline that fetches by it. */
import { type ActionDeclaration, CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import {
  CodeStarConnectionsClient,
  CreateConnectionCommand,
  CreateHostCommand,
} from "@aws-sdk/client-codestar-connections";
import type { ServerOptions } from "../../../src/server/index.ts";
import { type OpenedConnections, openConnections } from "../../../src/server/open-connections.ts";
import { pipeline, source, stage } from "../../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../../codepipeline/support/server.ts";
import { type GitHub, gitHub, TOKEN } from "../../webhooks/support/github.ts";

export interface Connected extends AsyncDisposable {
  readonly host: GitHub;
  readonly fixture: Fixture;
  readonly connections: CodeStarConnectionsClient;
  /** What an administrator's command does it with. */
  readonly admin: OpenedConnections;
  /** Makes a connection, and completes it. @returns its ARN */
  connect(providerType?: string, options?: { user?: string; token?: string }): Promise<string>;
  /** Creates a pipeline of the source `Fetch` and these stages. */
  createPipeline(
    name: string,
    fetch: ActionDeclaration,
    ...stages: ReturnType<typeof stage>[]
  ): Promise<void>;
}

const WITH_HOST = ["GitHubEnterpriseServer", "GitLabSelfManaged", "Gitea", "Git"];

export async function connected({ settings, ...options }: ServerOptions = {}): Promise<Connected> {
  await using stack = new AsyncDisposableStack();
  const host = stack.use(await gitHub());
  const allowOutgoing = [new URL(host.url).host];
  const fixture = stack.use(
    await startServer({
      settings: { "github.url": host.url, "github.endpoint": host.apiUrl, ...settings },
      allowOutgoing,
      pollInterval: 3_600,
      ...options,
    }),
  );
  const { url: endpoint, region, credentials } = fixture.server;
  const connections = new CodeStarConnectionsClient({ endpoint, region, credentials, maxAttempts: 1 });
  stack.defer(() => connections.destroy());
  const admin = stack.use(
    await openConnections({ ...fixture.place, dataDir: fixture.server.dataDir } as never, {
      allowOutgoing,
      gitHubApiUrl: host.apiUrl,
    }),
  );
  const scope = { account: fixture.server.accountId, region };
  const owned = stack.move();

  return {
    host,
    fixture,
    connections,
    admin,
    async connect(providerType = "GitHub", { token = TOKEN, ...rest } = {}) {
      const ConnectionName = providerType.slice(0, 32);
      const made = WITH_HOST.includes(providerType)
        ? { ConnectionName, HostArn: await hostOf(providerType) }
        : { ConnectionName, ProviderType: providerType as never };
      const { ConnectionArn = "" } = await connections.send(new CreateConnectionCommand(made));
      await admin.complete(scope, ConnectionArn, { token, ...rest });
      return ConnectionArn;
    },
    async createPipeline(name, fetch, ...stages) {
      await fixture.client.send(
        new CreatePipelineCommand({
          pipeline: pipeline({ name, pipelineType: "V2", stages: [stage("Source", fetch), ...stages] }),
        }),
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };

  async function hostOf(providerType: string): Promise<string> {
    const { HostArn = "" } = await connections.send(
      new CreateHostCommand({
        Name: "own",
        ProviderType: providerType as never,
        ProviderEndpoint: host.url,
      }),
    );
    await admin.completeHost(HostArn);
    return HostArn;
  }
}

export function connectionSource(
  ConnectionArn: string,
  configuration: Readonly<Record<string, string>> = {},
  changes: Partial<ActionDeclaration> = {},
): ActionDeclaration {
  return source({
    actionTypeId: { category: "Source", owner: "AWS", provider: "CodeStarSourceConnection", version: "1" },
    configuration: {
      ConnectionArn,
      FullRepositoryId: "octo/shop",
      BranchName: "main",
      ...configuration,
    },
    ...changes,
  });
}
