import { describe, expect, it } from "vitest";
import { declarations, providers } from "../../../src/worker/providers/index.ts";

/** api.md §14's table: category/provider, inputs, outputs, configuration keys; required ones with an asterisk. */
const TABLE = `
AWS Source/S3 0 1 *S3Bucket *S3ObjectKey PollForSourceChanges AllowOverrideForS3ObjectKey
AWS Source/CodeCommit 0 1 *RepositoryName *BranchName PollForSourceChanges OutputArtifactFormat
AWS Source/ECR 0 1 *RepositoryName ImageTag
AWS Source/CodeStarSourceConnection 0 1 *ConnectionArn *FullRepositoryId *BranchName OutputArtifactFormat DetectChanges
AWS Build/CodeBuild 1-5 0-5 *ProjectName EnvironmentVariables PrimarySource BuildspecOverride BatchEnabled CombineArtifacts ServiceRoleArnOverride
AWS Test/CodeBuild 1-5 0-5 *ProjectName EnvironmentVariables PrimarySource BatchEnabled CombineArtifacts ServiceRoleArnOverride
AWS Build/ECRBuildAndPublish 1 0 *ECRRepositoryName ImageTags DockerFilePath RegistryType
AWS Compute/Commands 0-10 0-1 VpcId Subnets SecurityGroupIds EnvironmentType ComputeType
AWS Test/DeviceFarm 1 0 *ProjectId *DevicePoolArn *AppType *TestType App Test TestSpec AdditionalData FuzzEventCount FuzzEventThrottle FuzzRandomizerSeed CustomHostMachineArtifacts CustomDeviceArtifacts UnmeteredDevicesOnly JobTimeoutMinutes Latitude Longitude RadioBluetoothEnabled RadioGpsEnabled RadioNfcEnabled RadioWifiEnabled RecordAppPerformanceData RecordVideo
AWS Approval/Manual 0 0 NotificationArn ExternalEntityLink CustomData IsSummaryRequired
AWS Deploy/S3 1 0 *BucketName *Extract ObjectKey KMSEncryptionKeyARN CannedACL CacheControl
AWS Deploy/CloudFormation 0-10 0-1 *ActionMode *StackName ChangeSetName TemplatePath TemplateConfiguration ParameterOverrides OutputFileName Capabilities RoleArn
AWS Deploy/CloudFormationStackSet 1-3 0 *StackSetName *TemplatePath Description Parameters Capabilities PermissionModel AdministrationRoleArn ExecutionRoleName OrganizationsAutoDeployment DeploymentTargets Regions FailureTolerancePercentage MaxConcurrentPercentage RegionConcurrencyType ConcurrencyMode CallAs
AWS Deploy/CloudFormationStackInstances 0-2 0 *StackSetName *DeploymentTargets *Regions ParameterOverrides FailureTolerancePercentage MaxConcurrentPercentage RegionConcurrencyType ConcurrencyMode CallAs
AWS Deploy/CodeDeploy 1 0 *ApplicationName *DeploymentGroupName
AWS Deploy/CodeDeployToECS 1-5 0 *ApplicationName *DeploymentGroupName *TaskDefinitionTemplateArtifact *AppSpecTemplateArtifact TaskDefinitionTemplatePath AppSpecTemplatePath Image1ContainerName Image1ArtifactName Image2ContainerName Image2ArtifactName Image3ContainerName Image3ArtifactName Image4ContainerName Image4ArtifactName
AWS Deploy/ECS 1 0 *ClusterName *ServiceName FileName DeploymentTimeout
AWS Deploy/EC2 1 0 *InstanceType *InstanceTagKey InstanceTagValue MaxBatch MaxError TargetGroupNameList PreScript PostScript TargetDirectory DeploySpec
AWS Deploy/EKS 1 0 *ClusterName HelmReleaseName HelmChartLocation HelmValuesFiles ManifestFiles KustomizationDirectory Namespace Subnets SecurityGroupIds
AWS Deploy/Lambda 0-1 0 *FunctionName FunctionAlias PublishedTargetVersion DeployStrategy Alarms
AWS Deploy/ElasticBeanstalk 1 0 *ApplicationName *EnvironmentName
AWS Deploy/AppConfig 1 0 *Application *Environment *ConfigurationProfile *DeploymentStrategy *InputArtifactConfigurationPath
AWS Deploy/ServiceCatalog 1 0 *ProductId ConfigurationFilePath ProductVersionName ProductVersionDescription ProductType TemplateFilePath
AWS Deploy/OpsWorks 1 0 *DeploymentType *StackId AppId LayerId
AWS Invoke/Lambda 0-5 0-5 *FunctionName UserParameters
AWS Invoke/StepFunctions 0-1 0-1 *StateMachineArn ExecutionNamePrefix InputType Input
AWS Invoke/CodePipeline 0 0 *PipelineName SourceRevisions Variables
AWS Invoke/InspectorScan 0-1 1 *InspectorRunMode ECRRepositoryName ImageTag CriticalThreshold HighThreshold MediumThreshold LowThreshold
ThirdParty Source/GitHub 0 1 *Owner *Repo *Branch *OAuthToken PollForSourceChanges
ThirdParty Invoke/Snyk 1 0-1
ThirdParty Deploy/Alexa 1-2 0 *ClientId *ClientSecret *RefreshToken *SkillId
`;

function range({ minimum, maximum }: { minimum: number; maximum: number }): string {
  return minimum === maximum ? `${minimum}` : `${minimum}-${maximum}`;
}

describe("P0.1, P0.7 declarations of the built-in action types", () => {
  it("are all of api.md §14's, once each, with its artifact counts and keys", () => {
    const declared = declarations.map(({ id, inputs, outputs, properties }) =>
      [
        `${id.owner} ${id.category}/${id.provider} ${range(inputs)} ${range(outputs)}`,
        ...properties.map(({ name, required }) => (required ? `*${name}` : name)).sort(),
      ].join(" "),
    );
    const table = TABLE.trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([owner, type, inputs, outputs, ...keys]) =>
        [owner, type, inputs, outputs, ...keys.sort()].join(" "),
      );
    expect(declared.toSorted()).toEqual(table.sort());
  });

  it("P0.8 name what is missing for all that can't be run, and for nothing that can", () => {
    const runnable = new Set(providers.map(({ declaration }) => declaration));
    for (const declaration of declarations) {
      const runs = runnable.has(declaration) || declaration.id.category === "Approval";
      expect([declaration.id.provider, declaration.needs.length > 0]).toEqual([
        declaration.id.provider,
        !runs,
      ]);
    }
  });

  it("E10 have their time-outs in minutes (api.md §8)", () => {
    const minutes = Object.fromEntries(
      declarations.map(({ id, defaultTimeoutMinutes }) => [
        `${id.category}/${id.provider}`,
        defaultTimeoutMinutes,
      ]),
    );
    expect(minutes).toMatchObject({
      "Build/CodeBuild": 480,
      "Test/CodeBuild": 480,
      "Compute/Commands": 55,
      "Deploy/CloudFormation": 4_320,
      "Deploy/CloudFormationStackSet": 4_320,
      "Deploy/CodeDeploy": 7_200,
      "Deploy/CodeDeployToECS": 7_200,
      "Invoke/StepFunctions": 10_080,
      "Invoke/Lambda": 1_440,
      "Deploy/Lambda": 2_880,
      "Deploy/S3": 90,
      "Approval/Manual": 10_080,
      "Source/CodeCommit": 60,
      "Deploy/ECS": 60,
    });
  });

  it("mark what only V2 pipelines may use, and what is secret (api.md §4.1, §6)", () => {
    const v2 = declarations.filter(({ v2Only }) => v2Only).map(({ id }) => `${id.category}/${id.provider}`);
    expect(v2.toSorted()).toEqual([
      "Build/ECRBuildAndPublish",
      "Compute/Commands",
      "Deploy/EC2",
      "Deploy/EKS",
      "Deploy/Lambda",
      "Invoke/CodePipeline",
    ]);
    const secrets = declarations.flatMap(({ properties }) =>
      properties.filter(({ secret }) => secret).map(({ name }) => name),
    );
    expect(secrets.toSorted()).toEqual(["ClientSecret", "OAuthToken", "RefreshToken"]);
  });

  it("E4.11 name the output variables that are fixed, and which types have others", () => {
    const variables = declarations.flatMap(({ id, outputVariables: keys }) =>
      keys.length === 0 ? [] : [`${id.category}/${id.provider} ${[keys].flat().toSorted().join(" ")}`],
    );
    expect(variables.toSorted()).toEqual([
      "Build/CodeBuild dynamic",
      "Build/ECRBuildAndPublish ECRImageDigestId ECRRepositoryName",
      "Compute/Commands dynamic",
      "Deploy/CloudFormation dynamic",
      "Deploy/CloudFormationStackInstances OperationId",
      "Deploy/CloudFormationStackSet OperationId StackSetId",
      "Deploy/EKS EKSClusterName",
      "Deploy/Lambda FunctionVersion",
      "Invoke/CodePipeline dynamic",
      "Invoke/InspectorScan HighestScannedSeverity",
      "Invoke/Lambda dynamic",
      "Invoke/StepFunctions ExecutionArn StateMachineArn",
      "Source/CodeCommit AuthorDate BranchName CommitId CommitMessage CommitterDate RepositoryName",
      "Source/CodeStarSourceConnection AuthorDate AuthorDisplayName AuthorEmail AuthorId BranchName CommitId CommitMessage ConnectionArn DestinationBranchName FullRepositoryName ProviderType PullRequestId PullRequestTitle TagName",
      "Source/ECR ImageDigest ImageTag ImageURI RegistryId RepositoryName",
      "Source/GitHub AuthorDate BranchName CommitId CommitMessage CommitUrl CommitterDate RepositoryName",
      "Source/S3 BucketName ETag ObjectKey VersionId",
      "Test/CodeBuild dynamic",
    ]);
  });
});
