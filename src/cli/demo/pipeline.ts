/** What the demo delivers with: a repository, a build project, a bucket, and the pipeline that ties them together. */
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  type PipelineDeclaration,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { Target } from "../signed-fetch.ts";
import { npmEnvironment } from "./npm-environment.ts";

export const names = {
  repository: "millrace",
  branch: "release",
  project: "millrace-package",
  bucket: "millrace-releases",
  pipeline: "millrace-release",
} as const;

const role = "arn:aws:iam::000000000000:role/millrace-demo";

/** The official clients, all aimed at one endpoint. */
export function clients(target: Target) {
  return {
    codepipeline: new CodePipelineClient(target),
    codebuild: new CodeBuildClient(target),
    codecommit: new CodeCommitClient(target),
    s3: new S3Client({ ...target, forcePathStyle: true }),
  };
}

export type Clients = ReturnType<typeof clients>;

/** @returns the URL to push to */
export async function createRepository({ codecommit }: Clients): Promise<string> {
  const { repositoryMetadata } = await codecommit.send(
    new CreateRepositoryCommand({ repositoryName: names.repository }),
  );
  return repositoryMetadata?.cloneUrlHttp ?? "";
}

export async function createPipeline({ codepipeline, codebuild, s3 }: Clients): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: names.bucket }));
  await codebuild.send(
    new CreateProjectCommand({
      name: names.project,
      source: { type: "CODEPIPELINE", buildspec: "buildspec.yml" },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "aws/codebuild/standard:7.0",
        computeType: "BUILD_GENERAL1_SMALL",
        environmentVariables: npmEnvironment(process.env),
      },
      serviceRole: role,
    }),
  );
  await codepipeline.send(new CreatePipelineCommand({ pipeline: declaration }));
}

const aws = { owner: "AWS", version: "1" } as const;

const declaration: PipelineDeclaration = {
  name: names.pipeline,
  pipelineType: "V2",
  roleArn: role,
  stages: [
    {
      name: "Source",
      actions: [
        {
          name: "Checkout",
          namespace: "Source",
          actionTypeId: { ...aws, category: "Source", provider: "CodeCommit" },
          configuration: { RepositoryName: names.repository, BranchName: names.branch },
          outputArtifacts: [{ name: "Code" }],
        },
      ],
    },
    {
      name: "Build",
      actions: [
        {
          name: "Package",
          actionTypeId: { ...aws, category: "Build", provider: "CodeBuild" },
          configuration: { ProjectName: names.project },
          inputArtifacts: [{ name: "Code" }],
          outputArtifacts: [{ name: "Package" }],
        },
        {
          name: "Notes",
          namespace: "Facts",
          actionTypeId: { ...aws, category: "Compute", provider: "Commands" },
          commands: [
            `VERSION=$(sed -n 's/^ *"version": "\\(.*\\)",$/\\1/p' package.json)`,
            'LINES=$(find src -name "*.ts" -exec cat {} + | wc -l)',
            'echo "Millrace $VERSION: $LINES lines of source at #{Source.CommitId}"',
            'printf "# Millrace %s\\n\\nCommit %s: %s\\n" "$VERSION" "#{Source.CommitId}" "#{Source.CommitMessage}" > RELEASE.md',
          ],
          outputVariables: ["VERSION", "LINES"],
          inputArtifacts: [{ name: "Code" }],
          outputArtifacts: [{ name: "Notes", files: ["RELEASE.md"] }],
        },
      ],
    },
    {
      name: "Approval",
      actions: [
        {
          name: "Release",
          actionTypeId: { ...aws, category: "Approval", provider: "Manual" },
          configuration: { CustomData: "Release Millrace #{Facts.VERSION}, commit #{Source.CommitId}?" },
        },
      ],
    },
    {
      name: "Deploy",
      actions: [deploy("Package"), deploy("Notes")],
    },
  ],
};

function deploy(artifact: string) {
  return {
    name: artifact,
    actionTypeId: { ...aws, category: "Deploy", provider: "S3" } as const,
    configuration: { BucketName: names.bucket, Extract: "true", ObjectKey: "#{Facts.VERSION}" },
    inputArtifacts: [{ name: artifact }],
  };
}
