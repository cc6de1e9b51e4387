/** The official clients of one server. */
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeCommitClient } from "@aws-sdk/client-codecommit";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { S3Client } from "@aws-sdk/client-s3";

export interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type Clients = ReturnType<typeof clientsOf>;

/** A call is one request: what isn't answered, the test decides about. */
export function clientsOf(target: Target) {
  const config = { ...target, maxAttempts: 1 };
  const clients = {
    codepipeline: new CodePipelineClient(config),
    codebuild: new CodeBuildClient(config),
    codecommit: new CodeCommitClient(config),
    connections: new CodeStarConnectionsClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
  };
  return {
    ...clients,
    target,
    [Symbol.dispose]() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
