import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { BatchGetBuildsCommand } from "@aws-sdk/client-codebuild";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { embeddedJobClient } from "../../../src/server/embedded-worker.ts";
import { providers } from "../../../src/worker/providers/index.ts";
import { scope, type TestHost, testHost } from "../support/host.ts";
import { createProject } from "../support/project.ts";
import { action, httpClient, release } from "../support/release.ts";
import { testWorker } from "../support/worker.ts";

const buildspec = `
version: 0.2
env:
  exported-variables: [GREETING]
phases:
  build:
    commands:
      - GREETING="built $(cat name.txt)"
      - mkdir dist && echo "$GREETING" > dist/index.html
artifacts:
  base-directory: dist
  files: ["**/*"]
`;

const build = action("Build", "CodeBuild", {
  configuration: { ProjectName: "site" },
  inputArtifacts: [{ name: "Source" }],
  outputArtifacts: [{ name: "Site" }],
  namespace: "Built",
});

const deploy = action("Deploy", "S3", {
  configuration: { BucketName: "site", Extract: "true", ObjectKey: "#{Commit.BranchName}" },
  inputArtifacts: [{ name: "Site" }],
});

describe("a worker's jobs, from a pipeline's start to its end", () => {
  it.each([
    ["in the server's own process", (host: TestHost) => embeddedJobClient(host.core, scope.account)],
    ["over HTTP", httpClient],
  ])("a commit is delivered, built and deployed, %s", async (_where, clientOf) => {
    const host = await testHost();
    await testWorker(clientOf(host), providers);
    const codeBuild = await createProject(host, buildspec);
    const { commit, executionId, reaches, actions } = await release(host, { "name.txt": "Ada" }, [
      build,
      deploy,
    ]);
    await reaches("Succeeded");

    const deployed = await host.s3.send(new GetObjectCommand({ Bucket: "site", Key: "main/index.html" }));
    expect(await deployed.Body?.transformToString()).toBe("built Ada\n");
    const { Source, Build, Deploy } = await actions();
    expect(Source?.output?.outputVariables).toMatchObject({ CommitId: commit, BranchName: "main" });
    expect(Build?.output?.outputVariables).toEqual({ GREETING: "built Ada" });
    expect(Deploy?.output?.executionResult?.externalExecutionSummary).toBe(
      "Deployed 1 files (10 bytes) to s3://site/main/",
    );

    const buildId = Build?.output?.executionResult?.externalExecutionId ?? "";
    const { builds } = await codeBuild.send(new BatchGetBuildsCommand({ ids: [buildId] }));
    expect(builds?.[0]).toMatchObject({
      buildStatus: "SUCCEEDED",
      currentPhase: "COMPLETED",
      buildNumber: 1,
    });
    // No push started it (P1.12).
    const repository = await host.core.repositories.find(scope, "app");
    const kept = ["for-each-ref", "--format=%(objectname) %(refname)", "refs/millrace"];
    const { stdout } = await promisify(execFile)("git", [`--git-dir=${repository?.path}`, ...kept]);
    expect(stdout.trim()).toBe(`${commit} refs/millrace/executions/${executionId}`);
    const lines = await host.core.logs.read(Source?.actionExecutionId ?? "", 1);
    expect(lines.map(({ text }) => text)).toEqual([
      `[Millrace] delivering an archive of commit ${commit} of app/main`,
    ]);
  });
});
