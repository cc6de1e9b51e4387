import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { onTestFinished } from "vitest";
import { scope, type TestHost } from "./host.ts";

/** Makes the CodeBuild project `site` with this buildspec, and answers a client. */
export async function createProject(
  { url, credentials }: Pick<TestHost, "url" | "credentials">,
  buildspec: string,
): Promise<CodeBuildClient> {
  const codeBuild = new CodeBuildClient({ endpoint: url, region: scope.region, credentials });
  onTestFinished(() => codeBuild.destroy());
  await codeBuild.send(
    new CreateProjectCommand({
      name: "site",
      source: { type: "CODEPIPELINE", buildspec },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "aws/codebuild/standard:7.0",
        computeType: "BUILD_GENERAL1_SMALL",
      },
      serviceRole: "arn:aws:iam::000000000000:role/build",
    }),
  );
  return codeBuild;
}
