/**
 * What `Ref` and `Fn::GetAtt` answer of resources, also of those that are skipped: ARNs are put together as AWS would, so
 * that what refers to them can be made.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
 */
import type { Json, JsonObject } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import type { StackPlace } from "./names.ts";

export interface NamedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  /** A UUID of its own, the same each time. */
  readonly id: string;
}

type Answer = (resource: NamedResource, place: StackPlace, properties: () => JsonObject) => Json;

interface Identity {
  /** The property that names the resource. */
  readonly nameProperty?: string;
  /** The name, where it isn't said. */
  readonly ref?: Answer;
  readonly attributes: Readonly<Record<string, Answer>>;
}

const arn =
  (service: string, resource: (named: NamedResource) => string): Answer =>
  (named, { account, region }) =>
    `arn:aws:${service}:${region}:${account}:${resource(named)}`;
/** IAM has no regions. */
const iamArn =
  (kind: string): Answer =>
  ({ name }, { account }) =>
    `arn:aws:iam::${account}:${kind}/${name}`;
const name: Answer = (named) => named.name;
const id: Answer = (named) => named.id;
const property =
  (of: string): Answer =>
  (_named, _place, properties) => {
    const value = properties()[of];
    if (value === undefined) throw new ImportProblem(`${of} isn't given`);
    return value;
  };

/** That of the one connection of its name, if there is one; else one of its own, the same each time. */
const connectionArn =
  (service: string): Answer =>
  (named, place, properties) => {
    const own = arn(service, ({ id: ownId }) => `connection/${ownId}`)(named, place, properties);
    const present = place.connections.get(named.name) ?? [];
    const [only = own, ...others] = present;
    if (present.some((one) => one.endsWith(`/${named.id}`)) || others.length === 0)
      return present.find((one) => one.endsWith(`/${named.id}`)) ?? only;
    throw new ImportProblem(
      `${present.length} connections are named ${named.name} (${present.join(", ")}): none can be told to be ${named.logicalId}`,
    );
  };
const connection = (service: string): Identity => ({
  nameProperty: "ConnectionName",
  ref: connectionArn(service),
  attributes: {
    ConnectionArn: connectionArn(service),
    ConnectionStatus: () => "PENDING",
    OwnerAccountId: (_, { account }) => account,
  },
});
const topic = arn("sns", (named) => named.name);
const secret = arn("secretsmanager", (named) => `secret:${named.name}-${named.id.slice(0, 6)}`);
const key = arn("kms", (named) => `key/${named.id}`);

const IDENTITIES: Readonly<Record<string, Identity>> = {
  "AWS::CodePipeline::Pipeline": { nameProperty: "Name", attributes: { Version: () => "1" } },
  "AWS::CodePipeline::CustomActionType": {
    ref: (_named, _place, properties) => {
      const { Category, Provider, Version } = properties();
      return [Category, Provider, Version].join("|");
    },
    attributes: {},
  },
  "AWS::CodePipeline::Webhook": { nameProperty: "Name", attributes: {} },
  "AWS::CodeBuild::Project": {
    nameProperty: "Name",
    attributes: { Arn: arn("codebuild", (named) => `project/${named.name}`) },
  },
  "AWS::S3::Bucket": {
    nameProperty: "BucketName",
    attributes: {
      Arn: (named) => `arn:aws:s3:::${named.name}`,
      DomainName: (named) => `${named.name}.s3.amazonaws.com`,
      RegionalDomainName: (named, { region }) => `${named.name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: (named, { region }) => `${named.name}.s3.dualstack.${region}.amazonaws.com`,
    },
  },
  "AWS::CodeCommit::Repository": {
    nameProperty: "RepositoryName",
    ref: ({ logicalId }) => {
      throw new ImportProblem(
        `Ref of a repository is its id, which isn't known before it is made: use Fn::GetAtt ${logicalId}.Name`,
      );
    },
    attributes: {
      Name: name,
      Arn: arn("codecommit", (named) => named.name),
      CloneUrlHttp: (named, { endpoint }) => `${endpoint}/git/${named.name}.git`,
    },
  },
  "AWS::CodeStarConnections::Connection": connection("codestar-connections"),
  "AWS::CodeConnections::Connection": connection("codeconnections"),
  "AWS::IAM::Role": { nameProperty: "RoleName", attributes: { Arn: iamArn("role"), RoleId: id } },
  "AWS::IAM::User": { nameProperty: "UserName", attributes: { Arn: iamArn("user") } },
  "AWS::IAM::Group": { nameProperty: "GroupName", attributes: { Arn: iamArn("group") } },
  "AWS::IAM::ManagedPolicy": {
    nameProperty: "ManagedPolicyName",
    ref: iamArn("policy"),
    attributes: { PolicyArn: iamArn("policy") },
  },
  "AWS::KMS::Key": { ref: id, attributes: { Arn: key, KeyId: id } },
  "AWS::KMS::Alias": { nameProperty: "AliasName", attributes: {} },
  "AWS::SNS::Topic": {
    nameProperty: "TopicName",
    ref: topic,
    attributes: { TopicArn: topic, TopicName: name },
  },
  "AWS::SQS::Queue": {
    nameProperty: "QueueName",
    ref: (named, { account, region }) => `https://sqs.${region}.amazonaws.com/${account}/${named.name}`,
    attributes: { Arn: arn("sqs", (named) => named.name), QueueName: name },
  },
  "AWS::Events::Rule": {
    nameProperty: "Name",
    attributes: { Arn: arn("events", (named) => `rule/${named.name}`) },
  },
  "AWS::Lambda::Function": {
    nameProperty: "FunctionName",
    attributes: { Arn: arn("lambda", (named) => `function:${named.name}`) },
  },
  "AWS::StepFunctions::StateMachine": {
    nameProperty: "StateMachineName",
    ref: arn("states", (named) => `stateMachine:${named.name}`),
    attributes: { Arn: arn("states", (named) => `stateMachine:${named.name}`), Name: name },
  },
  "AWS::Logs::LogGroup": {
    nameProperty: "LogGroupName",
    attributes: { Arn: arn("logs", (named) => `log-group:${named.name}:*`) },
  },
  "AWS::CodeBuild::ReportGroup": {
    nameProperty: "Name",
    ref: arn("codebuild", (named) => `report-group/${named.name}`),
    attributes: { Arn: arn("codebuild", (named) => `report-group/${named.name}`) },
  },
  "AWS::ECR::Repository": {
    nameProperty: "RepositoryName",
    attributes: {
      Arn: arn("ecr", (named) => `repository/${named.name}`),
      RepositoryUri: (named, { account, region }) =>
        `${account}.dkr.ecr.${region}.amazonaws.com/${named.name}`,
    },
  },
  "AWS::ECS::Cluster": {
    nameProperty: "ClusterName",
    attributes: { Arn: arn("ecs", (named) => `cluster/${named.name}`) },
  },
  "AWS::SecretsManager::Secret": { nameProperty: "Name", ref: secret, attributes: { Id: secret } },
  "AWS::SSM::Parameter": {
    nameProperty: "Name",
    attributes: { Type: property("Type"), Value: property("Value") },
  },
};

/** Types that nothing is known of have a name like the others, and no attribute that could be guessed. */
const UNKNOWN: Identity = { attributes: {} };

export function identityOf(type: string): Identity {
  return (Object.hasOwn(IDENTITIES, type) ? IDENTITIES[type] : undefined) ?? UNKNOWN;
}

/** @param properties of the resource, for the few answers that are one of them */
export function refOf(resource: NamedResource, place: StackPlace, properties: () => JsonObject): Json {
  return (identityOf(resource.type).ref ?? name)(resource, place, properties);
}

/** @throws ImportProblem for an attribute that isn't known */
export function attributeOf(
  resource: NamedResource,
  attribute: string,
  place: StackPlace,
  properties: () => JsonObject,
): Json {
  const { attributes } = identityOf(resource.type);
  const answer = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (answer !== undefined) return answer(resource, place, properties);
  throw new ImportProblem(
    `${resource.logicalId} (${resource.type}) has no attribute '${attribute}' that is known here: ${
      Object.keys(attributes).join(", ") || "none is"
    }`,
  );
}
