/** A whole server with a worker, roles that builds run as, and a script with AWS's own SDK for them to run. */
import { createRequire } from "node:module";
import { CreateProjectCommand, type ProjectEnvironment } from "@aws-sdk/client-codebuild";
import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import type { ServerOptions } from "../../../src/server/index.ts";
import { codeBuild } from "../../codepipeline/support/declarations.ts";
import { ACCOUNT, type Installation, installation, policyOf } from "../../support/users.ts";
import { type Clients, clientsOf } from "./clients.ts";
import { bucketWith, deliver, deliveryOf, objectSource, type Reading } from "./delivery.ts";

export const roleArn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
export const projectArn = (name: string) => `arn:aws:codebuild:us-east-1:${ACCOUNT}:project/${name}`;
export const allow = (Action: string | string[], Resource = "*") => ({ Effect: "Allow", Action, Resource });
export const trusting = (...Service: string[]) => ({ Principal: { Service }, ...ASSUMING });
const ASSUMING = { Effect: "Allow", Action: "sts:AssumeRole" };

/** The builds' own folder has no packages: they use this repository's. */
const MODULES = createRequire(import.meta.url).resolve("@aws-sdk/client-s3");

/** Says who it is, puts what it was given into the bucket `open`, and what each of its other calls was refused with. */
const SCRIPT = `
import { createRequire } from "node:module";
const require = createRequire(${JSON.stringify(MODULES)});
const { S3Client, PutObjectCommand, ListObjectsV2Command } = require("@aws-sdk/client-s3");
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const { CodePipelineClient, ListPipelinesCommand } = require("@aws-sdk/client-codepipeline");
const s3 = new S3Client({});
const say = (what, call) => call.then(() => "allowed", (error) => error.name).then((end) => console.log(what, end));
const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
console.log("caller", Arn);
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
const Body = JSON.stringify([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]);
await say("open", s3.send(new PutObjectCommand({ Bucket: "open", Key: process.argv[2], Body })));
await say("code", s3.send(new ListObjectsV2Command({ Bucket: "code" })));
await say("pipelines", new CodePipelineClient({}).send(new ListPipelinesCommand({})));
console.log("secret", AWS_SECRET_ACCESS_KEY, "token", AWS_SESSION_TOKEN, "id", AWS_ACCESS_KEY_ID);
`;

export const ACT = (key: string) => `"${process.execPath}" act.mjs ${key}`;
const BUILDSPEC = `version: 0.2
env: { exported-variables: [LEAK, AWS_SESSION_TOKEN] }
phases: { build: { commands: ['echo ran', '${ACT("$CODEBUILD_BUILD_ID")}', 'LEAK="<$AWS_SECRET_ACCESS_KEY>"'] } }
`;

export interface RoleHost extends Installation {
  readonly clients: Clients;
  /** Makes a role of the default account. */
  role(name: string, trust: object, ...statements: readonly object[]): Promise<void>;
  /** Makes a project that runs the script. */
  project(name: string, serviceRole: string, environment?: Partial<ProjectEnvironment>): Promise<void>;
  /** Runs an action in a pipeline of its name. @param roleArn of the pipeline */
  run(name: string, action: ActionDeclaration, roleArn?: string): Promise<Reading>;
  /** The keys that a build or command has left in the bucket. */
  keysAt(key: string): Promise<readonly [string, string, string]>;
}

export async function roleHost(options: ServerOptions): Promise<RoleHost> {
  await using stack = new AsyncDisposableStack();
  const here = stack.use(await installation({ worker: true, ...options }));
  const { url: endpoint, region, credentials } = here.server;
  const clients = stack.adopt(clientsOf({ endpoint, region, credentials }), (made) => made[Symbol.dispose]());
  await bucketWith(clients, "code", { "buildspec.yml": BUILDSPEC, "act.mjs": SCRIPT });
  await clients.s3.send(new CreateBucketCommand({ Bucket: "open" }));
  const owned = stack.move();
  return {
    ...here,
    clients,
    async role(name, trust, ...statements) {
      await here.roles.create(
        { account: ACCOUNT, name },
        { trust: policyOf(trust), policy: policyOf(...statements), tags: {} },
      );
    },
    async project(name, serviceRole, environment) {
      await clients.codebuild.send(
        new CreateProjectCommand({
          name,
          serviceRole,
          source: { type: "CODEPIPELINE" },
          artifacts: { type: "CODEPIPELINE" },
          environment: {
            type: "LINUX_CONTAINER",
            image: "any",
            computeType: "BUILD_GENERAL1_SMALL",
            ...environment,
          },
        }),
      );
    },
    run: (name, action, pipelineRole = roleArn("pipeline")) =>
      deliver(
        clients,
        { ...deliveryOf(name, objectSource("code", "code.zip"), action), roleArn: pipelineRole },
        action.name ?? "",
      ),
    async keysAt(key) {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: "open", Key: key }));
      return JSON.parse((await Body?.transformToString()) ?? "");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** An action that builds a project. */
export function build(project: string, configuration: Record<string, string> = {}): ActionDeclaration {
  return codeBuild({ configuration: { ProjectName: project, ...configuration } });
}
