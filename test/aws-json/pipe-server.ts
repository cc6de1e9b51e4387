/** The pipe behind the real listener, with real keys and one CodePipeline whose operations the test writes. */
import { randomBytes, randomUUID } from "node:crypto";
import * as schemas from "@aws-sdk/client-codepipeline";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import pino from "pino";
import { createAccess } from "../../src/core/access/index.ts";
import type { Core } from "../../src/core/core.ts";
import { createListener } from "../../src/server/listener.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { createAwsJsonRoute } from "../../src/services/aws-json/pipe.ts";
import type { AnyOperation, Service } from "../../src/services/aws-json/service.ts";
import constraints from "../../src/services/codepipeline/constraints.json" with { type: "json" };

export const ACCOUNT = "000000000000";
export const ROOT = {
  accessKeyId: "AKIAEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** CodePipeline with these operations alone. */
export function codePipelineWith(operations: readonly AnyOperation[]): Service {
  return {
    name: "codepipeline",
    target: "CodePipeline_20150709",
    signingName: "codepipeline",
    schemas,
    constraints: constraints as NonNullable<Service["constraints"]>,
    permission: (operation) => `codepipeline:${operation}`,
    operations,
    servedInPart: true,
  };
}

export interface PipeServer extends AsyncDisposable {
  readonly url: string;
  readonly client: CodePipelineClient;
  readonly access: Core["access"];
  /** What was logged, a line each. */
  readonly logged: string[];
  clientWith(config: ConstructorParameters<typeof CodePipelineClient>[0]): CodePipelineClient;
}

export async function startPipe(
  operations: readonly AnyOperation[],
  options: { allowAnyCredentials?: boolean; now?: () => number } = {},
): Promise<PipeServer> {
  const ambient = { now: options.now ?? Date.now, newId: randomUUID, randomBytes };
  const access = createAccess({
    ambient,
    account: ACCOUNT,
    root: ROOT,
    secret: randomBytes(32),
    allowAnyCredentials: options.allowAnyCredentials ?? false,
    jobIsOpen: async () => true,
  });
  const core = { ambient, access } as unknown as Core;
  const logged: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => logged.push(line) });
  const route = createAwsJsonRoute([codePipelineWith(operations)], "0.0.0-test");
  const listener = createListener({
    core,
    metrics: createMetrics(async () => []),
    logger,
    route: () => route,
  });
  const url = `http://127.0.0.1:${await listener.listen("127.0.0.1", 0)}`;
  const clientWith: PipeServer["clientWith"] = (config) =>
    new CodePipelineClient({
      endpoint: url,
      region: "us-east-1",
      credentials: ROOT,
      maxAttempts: 1,
      ...config,
    });
  const client = clientWith({});
  return {
    url,
    client,
    access,
    logged,
    clientWith,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await listener.drain(0);
    },
  };
}
