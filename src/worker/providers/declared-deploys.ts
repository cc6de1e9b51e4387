/** Deploy types that are known, and not to be had in this version. */
import type { ActionTypeDeclaration } from "../provider.ts";
import { between, DAY, declare, exactly, NEVER, NOT_IN_THIS_VERSION, optional, required } from "./declare.ts";

export const declaredDeploys: readonly ActionTypeDeclaration[] = [
  declare({
    category: "Deploy",
    provider: "CloudFormation",
    tier: 2,
    inputs: between(0, 10),
    outputs: between(0, 1),
    properties: [
      ...required("ActionMode StackName"),
      ...optional(
        "ChangeSetName TemplatePath TemplateConfiguration ParameterOverrides OutputFileName Capabilities RoleArn",
      ),
    ],
    outputVariables: "dynamic",
    defaultTimeoutMinutes: 3 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "CloudFormationStackSet",
    tier: 3,
    inputs: between(1, 3),
    properties: [
      ...required("StackSetName TemplatePath"),
      ...optional(
        "Description Parameters Capabilities PermissionModel AdministrationRoleArn ExecutionRoleName " +
          "OrganizationsAutoDeployment DeploymentTargets Regions FailureTolerancePercentage " +
          "MaxConcurrentPercentage RegionConcurrencyType ConcurrencyMode CallAs",
      ),
    ],
    outputVariables: ["OperationId", "StackSetId"],
    defaultTimeoutMinutes: 3 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "CloudFormationStackInstances",
    tier: 3,
    inputs: between(0, 2),
    properties: [
      ...required("StackSetName DeploymentTargets Regions"),
      ...optional(
        "ParameterOverrides FailureTolerancePercentage MaxConcurrentPercentage RegionConcurrencyType " +
          "ConcurrencyMode CallAs",
      ),
    ],
    outputVariables: ["OperationId"],
    defaultTimeoutMinutes: 3 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "CodeDeploy",
    inputs: exactly(1),
    properties: required("ApplicationName DeploymentGroupName"),
    defaultTimeoutMinutes: 5 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "CodeDeployToECS",
    tier: 3,
    inputs: between(1, 5),
    properties: [
      ...required(
        "ApplicationName DeploymentGroupName TaskDefinitionTemplateArtifact AppSpecTemplateArtifact",
      ),
      ...optional("TaskDefinitionTemplatePath AppSpecTemplatePath"),
      ...[1, 2, 3, 4].flatMap((n) => optional(`Image${n}ContainerName Image${n}ArtifactName`)),
    ],
    defaultTimeoutMinutes: 5 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "ECS",
    tier: 2,
    inputs: exactly(1),
    properties: [...required("ClusterName ServiceName"), ...optional("FileName DeploymentTimeout")],
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "EC2",
    v2Only: true,
    inputs: exactly(1),
    properties: [
      ...required("InstanceType InstanceTagKey"),
      ...optional(
        "InstanceTagValue MaxBatch MaxError TargetGroupNameList PreScript PostScript TargetDirectory DeploySpec",
      ),
    ],
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "EKS",
    tier: 2,
    v2Only: true,
    inputs: exactly(1),
    properties: [
      ...required("ClusterName"),
      ...optional(
        "HelmReleaseName HelmChartLocation HelmValuesFiles ManifestFiles KustomizationDirectory Namespace " +
          "Subnets SecurityGroupIds",
      ),
    ],
    outputVariables: ["EKSClusterName"],
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "Lambda",
    tier: 2,
    v2Only: true,
    inputs: between(0, 1),
    properties: [
      ...required("FunctionName"),
      ...optional("FunctionAlias PublishedTargetVersion DeployStrategy Alarms"),
    ],
    outputVariables: ["FunctionVersion"],
    defaultTimeoutMinutes: 2 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "ElasticBeanstalk",
    tier: 3,
    inputs: exactly(1),
    properties: required("ApplicationName EnvironmentName"),
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "AppConfig",
    tier: 3,
    inputs: exactly(1),
    properties: required(
      "Application Environment ConfigurationProfile DeploymentStrategy InputArtifactConfigurationPath",
    ),
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "ServiceCatalog",
    tier: 3,
    inputs: exactly(1),
    properties: [
      ...required("ProductId"),
      ...optional(
        "ConfigurationFilePath ProductVersionName ProductVersionDescription ProductType TemplateFilePath",
      ),
    ],
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Deploy",
    provider: "OpsWorks",
    tier: "none",
    inputs: exactly(1),
    properties: [...required("DeploymentType StackId"), ...optional("AppId LayerId")],
    needs: [NEVER],
  }),
  declare({
    owner: "ThirdParty",
    category: "Deploy",
    provider: "Alexa",
    tier: "none",
    inputs: between(1, 2),
    properties: [
      ...required("ClientId"),
      { name: "ClientSecret", required: true, secret: true },
      { name: "RefreshToken", required: true, secret: true },
      ...required("SkillId"),
    ],
    needs: [NEVER],
  }),
];
