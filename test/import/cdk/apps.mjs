/** CDK apps as their users write them, each synthesised to a folder of its own: `node apps.mjs FOLDER`. */
import { join } from "node:path";
import { App, CfnParameter, SecretValue, Stack } from "aws-cdk-lib";
import { BuildSpec, PipelineProject } from "aws-cdk-lib/aws-codebuild";
import { Repository } from "aws-cdk-lib/aws-codecommit";
import { Artifact, Pipeline, PipelineType, Variable } from "aws-cdk-lib/aws-codepipeline";
import {
  CodeBuildAction,
  CodeCommitSourceAction,
  CodeStarConnectionsSourceAction,
  GitHubSourceAction,
  GitHubTrigger,
  JenkinsAction,
  JenkinsActionType,
  JenkinsProvider,
  ManualApprovalAction,
  S3DeployAction,
  S3SourceAction,
  S3Trigger,
} from "aws-cdk-lib/aws-codepipeline-actions";
import { CfnConnection } from "aws-cdk-lib/aws-codestarconnections";
import { Bucket } from "aws-cdk-lib/aws-s3";

const account = "000000000000";
const folder = process.argv[2] ?? "cdk.out";

app("delivery", (scope) => {
  const stack = new Stack(scope, "Delivery");
  const stage = new CfnParameter(stack, "Stage", { default: "test", allowedValues: ["test", "production"] });
  const repository = new Repository(stack, "Code", { repositoryName: "shop", description: "The shop" });
  const site = new Bucket(stack, "Site", { versioned: true });
  const source = new Artifact("Source");
  const built = new Artifact("Built");
  new Pipeline(stack, "Pipeline", {
    pipelineName: "shop",
    pipelineType: PipelineType.V2,
    variables: [
      new Variable({ variableName: "Greeting", defaultValue: "hello", description: "Said by the page" }),
    ],
    stages: [
      {
        stageName: "Source",
        actions: [
          new CodeCommitSourceAction({ actionName: "Fetch", repository, branch: "main", output: source }),
        ],
      },
      {
        stageName: "Build",
        actions: [
          new CodeBuildAction({
            actionName: "Compile",
            project: new PipelineProject(stack, "Build", {
              environmentVariables: { STAGE: { value: stage.valueAsString } },
              buildSpec: BuildSpec.fromObject({
                version: "0.2",
                phases: { build: { commands: ['echo "$GREETING from $STAGE" > page.txt'] } },
                artifacts: { files: ["page.txt"] },
              }),
            }),
            input: source,
            outputs: [built],
            environmentVariables: { GREETING: { value: "#{variables.Greeting}" } },
          }),
        ],
      },
      {
        stageName: "Deploy",
        actions: [
          new S3DeployAction({ actionName: "Publish", bucket: site, input: built, objectKey: "www" }),
        ],
      },
    ],
  });
});

app("classic", (scope) => {
  const stack = new Stack(scope, "Classic");
  const inbox = new Bucket(stack, "Inbox", { versioned: true, bucketName: "classic-inbox" });
  const source = new Artifact();
  const pipeline = new Pipeline(stack, "Pipeline", {
    pipelineType: PipelineType.V1,
    crossAccountKeys: false,
    restartExecutionOnUpdate: true,
  });
  pipeline.addStage({
    stageName: "Source",
    actions: [
      new S3SourceAction({
        actionName: "Take",
        bucket: inbox,
        bucketKey: "code.zip",
        output: source,
        trigger: S3Trigger.POLL,
      }),
    ],
  });
  pipeline.addStage({
    stageName: "Release",
    actions: [new ManualApprovalAction({ actionName: "Approve", additionalInformation: "Really?" })],
    transitionToEnabled: false,
    transitionDisabledReason: "Not before Monday",
  });
});

app("regional", (scope) => {
  const stack = new Stack(scope, "Regional", { env: { account, region: "us-east-1" } });
  const inbox = new Bucket(stack, "Inbox", { versioned: true, bucketName: "regional-inbox" });
  const site = Bucket.fromBucketAttributes(stack, "Site", {
    bucketName: "regional-site",
    region: "eu-west-1",
  });
  const source = new Artifact();
  new Pipeline(stack, "Pipeline", {
    pipelineName: "regional",
    pipelineType: PipelineType.V2,
    stages: [
      {
        stageName: "Source",
        actions: [
          new S3SourceAction({
            actionName: "Take",
            bucket: inbox,
            bucketKey: "code.zip",
            output: source,
            trigger: S3Trigger.NONE,
          }),
        ],
      },
      {
        stageName: "Deploy",
        actions: [new S3DeployAction({ actionName: "Publish", bucket: site, input: source })],
      },
    ],
  });
});

app("custom", (scope) => {
  const stack = new Stack(scope, "Custom");
  const inbox = new Bucket(stack, "Inbox", { versioned: true, bucketName: "custom-inbox" });
  const jenkins = new JenkinsProvider(stack, "Jenkins", {
    providerName: "OurJenkins",
    serverUrl: "https://ci.example",
    version: "2",
  });
  const source = new Artifact("Source");
  new Pipeline(stack, "Pipeline", {
    pipelineName: "custom",
    pipelineType: PipelineType.V2,
    stages: [
      {
        stageName: "Source",
        actions: [
          new S3SourceAction({
            actionName: "Take",
            bucket: inbox,
            bucketKey: "code.zip",
            output: source,
            trigger: S3Trigger.NONE,
          }),
        ],
      },
      {
        stageName: "Build",
        actions: [
          new JenkinsAction({
            actionName: "Compile",
            jenkinsProvider: jenkins,
            projectName: "shop",
            type: JenkinsActionType.BUILD,
            inputs: [source],
          }),
        ],
      },
    ],
  });
});

/** Sources outside, each with what starts it: a webhook, and a trigger with filters. */
app("webhook", (scope) => {
  const stack = new Stack(scope, "Hooked");
  const source = new Artifact("Source");
  new Pipeline(stack, "Pipeline", {
    pipelineName: "hooked",
    pipelineType: PipelineType.V1,
    crossAccountKeys: false,
    stages: [
      {
        stageName: "Source",
        actions: [
          new GitHubSourceAction({
            actionName: "GitHub",
            owner: "octo",
            repo: "shop",
            branch: "main",
            oauthToken: SecretValue.secretsManager("github-token"),
            output: source,
            trigger: GitHubTrigger.WEBHOOK,
          }),
        ],
      },
      { stageName: "Release", actions: [new ManualApprovalAction({ actionName: "Approve" })] },
    ],
  });
});

app("trigger", (scope) => {
  const stack = new Stack(scope, "Triggered");
  const hub = new CfnConnection(stack, "Hub", { connectionName: "hub", providerType: "GitHub" });
  const sourceAction = new CodeStarConnectionsSourceAction({
    actionName: "GitHub",
    owner: "octo",
    repo: "triggered",
    connectionArn: hub.attrConnectionArn,
    output: new Artifact("Source"),
  });
  new Pipeline(stack, "Pipeline", {
    pipelineName: "triggered",
    pipelineType: PipelineType.V2,
    crossAccountKeys: false,
    stages: [
      { stageName: "Source", actions: [sourceAction] },
      { stageName: "Release", actions: [new ManualApprovalAction({ actionName: "Approve" })] },
    ],
    triggers: [
      {
        providerType: "CodeStarSourceConnection",
        gitConfiguration: {
          sourceAction,
          pushFilter: [{ branchesIncludes: ["main", "release-*"], filePathsExcludes: ["docs/**"] }],
        },
      },
    ],
  });
});

app("elsewhere", (scope) => {
  const stack = new Stack(scope, "Elsewhere");
  const connectionArn = `arn:aws:codestar-connections:us-east-1:${account}:connection/0a1b2c3d`;
  const sourceAction = new CodeStarConnectionsSourceAction({
    actionName: "GitHub",
    owner: "octo",
    repo: "shop",
    connectionArn,
    output: new Artifact("Source"),
  });
  new Pipeline(stack, "Pipeline", {
    pipelineType: PipelineType.V2,
    crossAccountKeys: false,
    stages: [
      { stageName: "Source", actions: [sourceAction] },
      { stageName: "Release", actions: [new ManualApprovalAction({ actionName: "Approve" })] },
    ],
  });
});

function app(name, fill) {
  const scope = new App({ outdir: join(folder, name) });
  fill(scope);
  scope.synth();
}
