import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { finding, jenkins, typesWith } from "../support/checking.ts";
import {
  approval,
  codeBuild,
  commands,
  pipeline,
  pipelineWith,
  source,
  stage,
} from "../support/declarations.ts";

const custom = (
  configuration: Record<string, string>,
  more: Partial<ActionDeclaration> = {},
): ActionDeclaration => ({
  name: "Work",
  actionTypeId: { category: "Build", owner: "Custom", provider: "Jenkins", version: "1" },
  configuration,
  ...more,
});

describe("api.md §5.3: action types", () => {
  it("must exist here", () => {
    const unknown = approval({
      actionTypeId: { category: "Test", owner: "Custom", provider: "Ours", version: "7" },
    });
    expect(finding(pipelineWith(unknown))).toBe(
      "InvalidActionDeclarationException: ActionType (Category: 'Test', Provider: 'Ours', Owner: 'Custom', Version: '7') in action 'Approve' is not available in region 'US_EAST_1'",
    );
  });

  it("P0.8 names what a known type lacks on this server", () => {
    const opsWorks = approval({
      name: "Go",
      actionTypeId: { category: "Deploy", owner: "AWS", provider: "OpsWorks", version: "1" },
    });
    expect(finding(pipelineWith(opsWorks))).toBe(
      "InvalidActionDeclarationException: ActionType (Category: 'Deploy', Provider: 'OpsWorks', Owner: 'AWS', Version: '1') in action 'Go' is not configured on this server. Missing: no implementation exists. See docs/providers.md#deploy-opsworks.",
    );
  });

  describe("P0.9 a type whose jobs need a tool", () => {
    const inAction = (missing: string) =>
      `InvalidActionDeclarationException: ActionType (Category: 'Source', Provider: 'CodeCommit', Owner: 'AWS', Version: '1') in action 'Fetch' is not configured on this server. Missing: ${missing}. See docs/providers.md#source-codecommit.`;
    const endpoint = "https://ci.example";
    const withTools = (...tools: string[]) =>
      finding(pipeline(), { workers: { tools: new Set(tools), endpoint } });

    it("is taken when a worker has it", () => {
      expect(withTools("bubblewrap", "git")).toBeUndefined();
    });

    it("names the tool that no worker has, as of now", () => {
      expect(withTools("bubblewrap")).toBe(inAction("git"));
      expect(withTools()).toBe(inAction("git"));
    });

    it("asks for a worker where none was ever seen", () => {
      expect(finding(pipeline(), { workers: { tools: undefined, endpoint } })).toBe(
        inAction("a worker (millrace worker --endpoint https://ci.example)"),
      );
    });

    it("others wait for a worker, as custom types do", () => {
      const object = source({
        actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
        configuration: { S3Bucket: "code", S3ObjectKey: "code.zip", PollForSourceChanges: "false" },
      });
      const stages = [stage("Source", object), stage("Work", codeBuild(), custom({ ProjectName: "app" }))];
      expect(finding(pipeline({ stages }), { workers: { tools: undefined, endpoint } })).toBeUndefined();
    });
  });

  it("refuses V2 types on V1", () => {
    expect(finding({ ...pipelineWith(commands()), pipelineType: "V1" })).toBe(
      "InvalidActionDeclarationException: Commands Action can only be used with V2 pipelines.",
    );
  });
});

describe("api.md §5.3: names and configuration", () => {
  it("action names are unique in their stage (inferred: api.md §5.3)", () => {
    expect(finding(pipelineWith(approval(), approval()))).toBe(
      "InvalidActionDeclarationException: Action name 'Approve' is used more than once in stage 'Work'",
    );
  });

  it("required keys", () => {
    expect(finding(pipelineWith(codeBuild({ configuration: {} })))).toBe(
      "InvalidActionDeclarationException: Action configuration for action 'Build' is missing required configuration 'ProjectName'",
    );
  });

  it("every type takes timeoutInMinutes", () => {
    const timeoutInMinutes = 7;
    const given = [
      codeBuild({ timeoutInMinutes }),
      commands({ timeoutInMinutes }),
      approval({ timeoutInMinutes }),
      custom({ ProjectName: "app" }, { timeoutInMinutes }),
    ];
    expect(
      finding(pipeline({ stages: [stage("S", source({ timeoutInMinutes })), stage("W", ...given)] })),
    ).toBeUndefined();
  });

  it("unknown keys", () => {
    expect(finding(pipelineWith(codeBuild({ configuration: { ProjectName: "app", Colour: "red" } })))).toBe(
      "InvalidActionDeclarationException: Action configuration for action 'Build' contains unknown configuration 'Colour'",
    );
  });

  it("P1.8 values of OutputArtifactFormat", () => {
    const configuration = { RepositoryName: "app", BranchName: "main", OutputArtifactFormat: "TAR" };
    expect(
      finding(pipeline({ stages: [stage("S", source({ configuration })), stage("D", approval())] })),
    ).toBe(
      "InvalidActionDeclarationException: Action configuration for action 'Fetch' contains invalid value 'TAR' for configuration 'OutputArtifactFormat'",
    );
  });

  it.each(["twenty-one-characters", "a b", ""])("queryable values have PollForJobs' form: %j", (value) => {
    expect(finding(pipelineWith(custom({ ProjectName: value })))).toMatch(
      /^InvalidActionDeclarationException: .* for the queryable configuration 'ProjectName'/,
    );
    expect(finding(pipelineWith(custom({ ProjectName: "twenty_characters-20" })))).toBeUndefined();
  });

  it("§6 asterisks can't be the secret of a new action", () => {
    expect(finding(pipelineWith(custom({ ProjectName: "app", Token: "****" })))).toBe(
      "InvalidActionDeclarationException: Action configuration for the new action 'Work' contains an invalid configuration for the secret property 'Token'. '****' may be used in secret properties only when updating an existing action.",
    );
  });

  it("sources and custom actions stay in the pipeline's region", () => {
    const stores = {
      "us-east-1": { type: "S3" as const, location: "here" },
      "eu-west-1": { type: "S3" as const, location: "there" },
    };
    const far = custom({ ProjectName: "app" }, { region: "eu-west-1" });
    expect(finding({ ...pipelineWith(far), artifactStores: stores })).toMatch(
      /^InvalidActionDeclarationException: Action 'Work' is declared in region 'eu-west-1'/,
    );
    const stages = [stage("S", source({ region: "eu-west-1" })), stage("W", approval())];
    expect(finding(pipeline({ stages, artifactStores: stores }))).toMatch(
      /^InvalidActionDeclarationException: Action 'Fetch' is declared in region 'eu-west-1'/,
    );
    const partners = approval({
      name: "Scan",
      region: "eu-west-1",
      actionTypeId: { category: "Test", owner: "ThirdParty", provider: "Scanner", version: "1" },
    });
    const [jenkinsType, known] = [typesWith(jenkins).find(custom({}).actionTypeId as never)!, typesWith()];
    const types: typeof known = {
      find: (id) => (id.owner === "ThirdParty" ? { ...jenkinsType, id, properties: [] } : known.find(id)),
    };
    expect(finding({ ...pipelineWith(partners), artifactStores: stores }, { types })).toMatch(
      /^InvalidActionDeclarationException: Action 'Scan' is declared in region 'eu-west-1'/,
    );
  });

  it("Deploy/S3 needs ObjectKey unless it extracts (§14)", () => {
    const deploy = (configuration: Record<string, string>): ActionDeclaration => ({
      name: "Publish",
      actionTypeId: { category: "Deploy", owner: "AWS", provider: "S3", version: "1" },
      configuration: { BucketName: "site", ...configuration },
      inputArtifacts: [{ name: "Code" }],
    });
    expect(finding(pipelineWith(deploy({ Extract: "false" })))).toBe(
      "InvalidActionDeclarationException: Action configuration for action 'Publish' is missing required configuration 'ObjectKey'",
    );
    expect(finding(pipelineWith(deploy({ Extract: "TRUE" })))).toBeUndefined();
    expect(finding(pipelineWith(deploy({ Extract: "false", ObjectKey: "app.zip" })))).toBeUndefined();
    expect(finding(pipelineWith(deploy({ Extract: "true", CannedACL: "everyone" })))).toMatch(
      /contains invalid value 'everyone' for configuration 'CannedACL'/,
    );
  });
});

describe("api.md §5.3: artifacts", () => {
  it("too few", () => {
    expect(finding(pipelineWith(codeBuild({ inputArtifacts: [] })))).toBe(
      "InvalidActionDeclarationException: Action Build declares 0 input artifacts which is less than the minimum count (1)",
    );
  });

  it("too many (inferred: api.md §5.3)", () => {
    expect(finding(pipelineWith(approval({ outputArtifacts: [{ name: "Out" }] })))).toBe(
      "InvalidActionDeclarationException: Action Approve declares 1 output artifacts which is more than the maximum count (0)",
    );
  });

  it("inputs come from an earlier stage or a smaller runOrder", () => {
    const maker = codeBuild({ name: "Make", outputArtifacts: [{ name: "Made" }] });
    const taker = codeBuild({ name: "Take", inputArtifacts: [{ name: "Made" }] });
    const refusal =
      "InvalidActionDeclarationException: Input Artifact Bundle Made in action Take is not declared as Output Artifact Bundle in any of the preceding actions";
    expect(finding(pipelineWith(maker, taker))).toBe(refusal);
    expect(finding(pipelineWith({ ...maker, runOrder: 2 }, taker))).toBe(refusal);
    expect(finding(pipelineWith(maker, { ...taker, runOrder: 2 }))).toBeUndefined();
    const later = [stage("Source", source()), stage("A", { ...maker, runOrder: 9 }), stage("B", taker)];
    expect(finding(pipeline({ stages: later }))).toBeUndefined();
  });

  it("output names are unique in the pipeline", () => {
    const again = codeBuild({ outputArtifacts: [{ name: "Code" }] });
    expect(finding(pipelineWith(again))).toBe(
      "InvalidActionDeclarationException: Output Artifact Bundle name must be unique within the pipeline. Code has been used more than once.",
    );
  });
});

describe("api.md §5.3: Approval/Manual", () => {
  const notified = (NotificationArn: string) =>
    finding(pipelineWith(approval({ configuration: { NotificationArn } })));

  it("NotificationArn is an ARN", () => {
    expect(notified("topic")).toBe(
      "InvalidActionDeclarationException: The ARN topic you specified for sending notifications for the approval action Approve contains a format error.",
    );
  });

  it("of SNS", () => {
    expect(notified("arn:aws:sqs:us-east-1:000000000000:q")).toBe(
      "InvalidActionDeclarationException: The ARN arn:aws:sqs:us-east-1:000000000000:q has been specified for sending notifications for the approval action Approve, but the AWS service for this ARN cannot be used to send approval requests.",
    );
  });

  it("in the pipeline's region", () => {
    expect(notified("arn:aws:sns:eu-west-1:000000000000:t")).toBe(
      "InvalidActionDeclarationException: The ARN arn:aws:sns:eu-west-1:000000000000:t has been specified for sending notifications for the approval action Approve, but the ARN is not in the same region as the pipeline.",
    );
  });

  it.each(["arn:aws:sns:us-east-1:999999999999:t", "#{codepipeline.PipelineExecutionId}"])(
    "takes %s",
    (topic) => {
      expect(notified(topic)).toBeUndefined();
    },
  );

  it("P5.1 CustomData has 1,000 characters at most", () => {
    expect(finding(pipelineWith(approval({ configuration: { CustomData: "x".repeat(1001) } })))).toMatch(
      /^InvalidActionDeclarationException: CustomData of the approval action 'Approve' has 1001 characters/,
    );
  });
});

describe("P2.14: Build and Test/CodeBuild", () => {
  const configured = (configuration: Record<string, string>) =>
    finding(pipelineWith(codeBuild({ configuration: { ProjectName: "app", ...configuration } })));

  it.each(["BatchEnabled", "CombineArtifacts"])("%s is refused when true", (key) => {
    expect(configured({ [key]: "true" })).toBe(
      `InvalidActionDeclarationException: Batch builds are not supported by this server (action 'Build', ${key})`,
    );
    expect(configured({ [key]: "false" })).toBeUndefined();
  });

  it("PrimarySource names an input", () => {
    expect(configured({ PrimarySource: "Other" })).toBe(
      "InvalidActionDeclarationException: PrimarySource 'Other' of action 'Build' is not one of its input artifacts: Code",
    );
    expect(configured({ PrimarySource: "Code" })).toBeUndefined();
  });

  it.each(["no json", "{}", '[{"name":"A"}]', '[{"name":"A","value":"b","type":"PLAIN"}]', "[null]"])(
    "EnvironmentVariables must be a list of variables: %s",
    (EnvironmentVariables) => {
      expect(configured({ EnvironmentVariables })).toBe(
        "InvalidActionDeclarationException: EnvironmentVariables of action 'Build' is not a JSON array of name, value and type",
      );
    },
  );

  it("EnvironmentVariables may hold references", () => {
    const EnvironmentVariables =
      '[{"name":"A","value":"#{codepipeline.PipelineExecutionId}","type":"PLAINTEXT"}]';
    expect(configured({ EnvironmentVariables })).toBeUndefined();
  });
});
