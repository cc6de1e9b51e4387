/** AWS credentials of builds and commands, through a whole server, with AWS's own SDK inside (P10.5). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BatchGetBuildsCommand, ListBuildsForProjectCommand } from "@aws-sdk/client-codebuild";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { temporaryFolder } from "../cli/millrace.ts";
import { commands } from "../codepipeline/support/declarations.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { ACCOUNT, OTHER_ACCOUNT, policyOf } from "../support/users.ts";
import { actionsOf } from "./support/history.ts";
import {
  ACT,
  allow,
  build,
  projectArn,
  type RoleHost,
  roleArn,
  roleHost,
  trusting,
} from "./support/role-host.ts";

const CODEBUILD = "codebuild.amazonaws.com";
const CODEPIPELINE = "codepipeline.amazonaws.com";
const PROFILE_SECRET = "profile-secret-0123456789";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let host: RoleHost;
beforeAll(async () => {
  folder = await temporaryFolder();
  const files = { AWS_CONFIG_FILE: "config", AWS_SHARED_CREDENTIALS_FILE: "credentials" };
  for (const [variable, file] of Object.entries(files)) vi.stubEnv(variable, join(folder.path, file));
  await writeFile(
    join(folder.path, "config"),
    "[profile deploy]\nendpoint_url = http://127.0.0.1:9\n[profile empty]\nregion = eu-west-1\n",
  );
  await writeFile(
    join(folder.path, "credentials"),
    `[deploy]\naws_access_key_id = AKIA0123456789ABCDEF\naws_secret_access_key = ${PROFILE_SECRET}\n`,
  );
  const ofServer = ["build", "closed", "gone", "narrow", "admin", "pipeline", "commands", "chained"];
  host = await roleHost({
    settings: {
      "builds.executor": "process",
      ...Object.fromEntries(ofServer.map((name) => [`roles.${roleArn(name)}`, "millrace"])),
      [`roles.${roleArn("build", OTHER_ACCOUNT)}`]: "millrace",
      [`roles.${roleArn("elsewhere", OTHER_ACCOUNT)}`]: "deploy",
      [`roles.${roleArn("outside")}`]: "deploy",
      [`roles.${roleArn("nobody")}`]: "no-such-profile",
      [`roles.${roleArn("empty")}`]: "empty",
    },
  });
  const putting = allow("s3:PutObject", "arn:aws:s3:::open/*");
  const taking = allow("sts:AssumeRole", roleArn("chained"));
  await host.role("pipeline", trusting(CODEPIPELINE), allow("codebuild:StartBuild"), putting, taking);
  await host.role("other", trusting(CODEPIPELINE), allow("codebuild:StartBuild", projectArn("other")));
  await host.role("build", trusting(CODEBUILD), putting);
  await host.role("commands", trusting(CODEPIPELINE), putting);
  await host.role("chained", { ...trusting(), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }, putting);
  await host.role("closed", trusting("lambda.amazonaws.com"), putting);
  await host.role("admin", trusting(CODEBUILD, CODEPIPELINE), allow("*"));
  await host.role(
    "narrow",
    { ...trusting(CODEBUILD), Condition: { ArnEquals: { "aws:SourceArn": projectArn("narrow") } } },
    putting,
  );
  await host.roles.create(
    { account: OTHER_ACCOUNT, name: "build" },
    { trust: policyOf(trusting(CODEBUILD)), policy: policyOf(allow("*")), tags: {} },
  );
  for (const name of ["build", "closed", "gone", "narrow", "admin", "outside", "nobody", "empty", "unset"])
    await host.project(name, roleArn(name));
  await host.project("foreign", roleArn("build", OTHER_ACCOUNT));
  await host.project("elsewhere", roleArn("elsewhere", OTHER_ACCOUNT));
  await host.project("misled", roleArn("narrow"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await host[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function buildOf(projectName: string) {
  const { ids = [] } = await host.clients.codebuild.send(new ListBuildsForProjectCommand({ projectName }));
  const { builds = [] } = await host.clients.codebuild.send(new BatchGetBuildsCommand({ ids }));
  return builds[0];
}

/** What the keys that were left at `key` are refused with. */
async function refusalOf(key: string): Promise<string> {
  const [accessKeyId, secretAccessKey, sessionToken] = await host.keysAt(key);
  const client = new S3Client({
    ...host.configOf({ accessKeyId, secretAccessKey, sessionToken }),
    forcePathStyle: true,
  });
  return await refusal(client.send(new ListObjectsV2Command({ Bucket: "open" })));
}

test("a build acts as its project's role on this server, does what the policy allows and nothing else, until its job ends", async () => {
  const { status, log } = await host.run("build", build("build"));
  expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringMatching(/^open allowed$/m) });
  const { id = "" } = (await buildOf("build")) ?? {};
  const uuid = id.slice("build:".length);
  expect(log).toContain(`caller arn:aws:sts::${ACCOUNT}:assumed-role/build/AWSCodeBuild-${uuid}`);
  expect(log).toMatch(/^code AccessDenied$/m);
  expect(log).toMatch(/^pipelines AccessDeniedException$/m);
  expect(log).toContain(`[Millrace] AWS clients act as ${roleArn("build")} on this server`);
  expect(await refusalOf(id)).toMatch(/the provided token has expired/);
});

test("P10.3, P10.4, P3.12 its keys are shown nowhere", async () => {
  const { log } = await host.run("masked", build("build"));
  const { id = "" } = (await buildOf("build")) ?? {};
  for (const key of await host.keysAt(id)) expect(log).not.toContain(key);
  expect(log).toMatch(/^secret \*{4} token \*{4} id \*{4}$/m);
  const record = (await actionsOf(host.clients.codepipeline, "masked")).find(
    ({ actionName }) => actionName === "Build",
  );
  expect(record?.output?.outputVariables).toEqual({ LEAK: "<****>" });
});

test("commands act as their action's role, else as their pipeline's", async () => {
  const action = commands({ commands: [ACT("commands")] });
  const own = await host.run("own-role", { ...action, roleArn: roleArn("commands") });
  expect(own.log).toMatch(/^caller \S+:assumed-role\/commands\/AWSCodePipeline-\S+$/m);
  expect(own.log).toMatch(/^open allowed$/m);
  expect(own.log).not.toContain("is not used");
  expect(await refusalOf("commands")).toMatch(/the provided token has expired/);
  expect((await host.run("pipelines-role", action)).log).toMatch(/:assumed-role\/pipeline\/AWSCodePipeline-/);
});

test("commands act as an action's role that only their pipeline's may take, as the CDK makes them", async () => {
  const action = { ...commands({ commands: [ACT("chained")] }), roleArn: roleArn("chained") };
  const { log } = await host.run("chained", action);
  expect(log).toMatch(/^caller \S+:assumed-role\/chained\/AWSCodePipeline-\S+$/m);
  expect(log).toMatch(/^open allowed$/m);
  expect(await refusalOf("chained")).toMatch(/the provided token has expired/);
});

test("P0.16 an action's role that is asked what it may start isn't said to be unused", async () => {
  const { status, log } = await host.run("asked-role", { ...build("build"), roleArn: roleArn("pipeline") });
  expect(status).toBe("Succeeded");
  expect(log).not.toContain("[Millrace] roleArn");
});

const started = "the build is started by the pipeline's role, and";
const denied = (role: string, action: string, resource: string) =>
  expect.stringMatching(
    `${started} User: arn:aws:sts::${ACCOUNT}:assumed-role/${role}/AWSCodePipeline-\\S+ is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action\\.$`,
  );

test.each<[string, ReturnType<typeof build>, string, unknown]>([
  [
    "a role that isn't there",
    build("gone"),
    "pipeline",
    `there is no role ${roleArn("gone")} on this server; millrace role create makes one.`,
  ],
  [
    "a role that trusts others",
    build("closed"),
    "pipeline",
    `the trust policy of ${roleArn("closed")} doesn't let ${CODEBUILD} take it.`,
  ],
  [
    "a role that is for another project",
    build("misled"),
    "pipeline",
    `the trust policy of ${roleArn("narrow")} doesn't let ${CODEBUILD} take it.`,
  ],
  [
    "another account's role",
    build("foreign"),
    "pipeline",
    `the role isn't of the job's account, ${ACCOUNT}.`,
  ],
  [
    "a profile for another account's role",
    build("elsewhere"),
    "pipeline",
    `the role isn't of the job's account, ${ACCOUNT}.`,
  ],
  [
    "a pipeline whose role isn't there",
    build("admin"),
    "unmade",
    `${started} there is no role ${roleArn("unmade")} on this server; millrace role create makes one.`,
  ],
  [
    "a pipeline whose role may not start it",
    build("admin"),
    "other",
    denied("other", "codebuild:StartBuild", projectArn("admin")),
  ],
  [
    "a profile, and a pipeline whose role may not start it",
    build("outside"),
    "other",
    denied("other", "codebuild:StartBuild", projectArn("outside")),
  ],
  [
    "another role than the project's, which the pipeline's role may not pass",
    build("build", { ServiceRoleArnOverride: roleArn("admin") }),
    "pipeline",
    denied("pipeline", "iam:PassRole", roleArn("admin")),
  ],
  [
    "commands with a role that trusts builds only",
    commands({ roleArn: roleArn("build") }),
    "pipeline",
    `the trust policy of ${roleArn("build")} doesn't let ${CODEPIPELINE} take it, and ${roleArn("pipeline")} may not take it: it must be trusted, and its own policy allow it sts:AssumeRole.`,
  ],
])("A23 %s: no command runs", async (what, action, pipelineRole, why) => {
  const name = what.replaceAll(/[^a-z]/g, "-");
  const { status, error, log } = await host.run(name, action, roleArn(pipelineRole));
  const [, setting, reason] = /^PermissionError: The setting roles\.(\S+) gives no keys: (.*)$/.exec(
    error,
  ) ?? [error];
  expect({ status, setting, reason }).toEqual({
    status: "Failed",
    setting: expect.stringMatching(/^arn:aws:iam::/),
    reason: why,
  });
  expect(log).not.toMatch(/^ran$/m);
});

test("P2.9 such a build fails in PROVISIONING", async () => {
  const { phases = [] } = (await buildOf("gone")) ?? {};
  expect(phases.find(({ phaseStatus }) => phaseStatus === "FAILED")).toMatchObject({
    phaseType: "PROVISIONING",
    contexts: [{ statusCode: "CLIENT_ERROR", message: expect.stringContaining(`roles.${roleArn("gone")}`) }],
  });
});

test("the pipeline's role may choose a role for the build that it may pass", async () => {
  await host.role("passing", trusting(CODEPIPELINE), allow("codebuild:StartBuild"), {
    ...allow("iam:PassRole", roleArn("admin")),
    Condition: { StringEquals: { "iam:PassedToService": CODEBUILD } },
  });
  const override = build("build", { ServiceRoleArnOverride: roleArn("admin") });
  const { log } = await host.run("overriding", override, roleArn("passing"));
  expect(log).toMatch(/^caller \S+:assumed-role\/admin\/AWSCodeBuild-/m);
});

const ENVIRONMENT = 'env | grep ^AWS_ | grep -v REGION | sort; test "$AWS_SECRET_ACCESS_KEY" = ';

test("a profile's keys come from the worker's own files, with its endpoint", async () => {
  const spec = `version: 0.2\nphases: { build: { commands: ['${ENVIRONMENT}${PROFILE_SECRET} && echo same'] } }\n`;
  const { status, log } = await host.run("outside", build("outside", { BuildspecOverride: spec }));
  expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringMatching(/^same$/m) });
  expect(log).toContain(
    "AWS_ACCESS_KEY_ID=****\nAWS_ENDPOINT_URL=http://127.0.0.1:9\nAWS_SECRET_ACCESS_KEY=****\n",
  );
  expect(log).not.toContain(PROFILE_SECRET);
  expect(log).not.toContain("AKIA");
});

test.each([
  [
    "nobody",
    "there is no profile no-such-profile in the AWS files (profile no-such-profile of this worker).",
  ],
  [
    "empty",
    "Could not resolve credentials using profile: [empty] in configuration/credentials file(s). (profile empty of this worker).",
  ],
])(
  "a profile without keys (%s): no command runs, and no other keys of the worker's are taken",
  async (name, why) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "of the environment");
    const { error, log } = await host.run(`profile-${name}`, build(name));
    expect(error).toBe(`ConfigurationError: The setting roles.${roleArn(name)} gives no keys: ${why}`);
    expect(log).not.toMatch(/^ran$/m);
  },
);

test("without a setting a build gets none, and a role that was named for it is said to have no effect", async () => {
  const spec = "version: 0.2\nphases: { build: { commands: ['env | grep -c ^AWS_'] } }\n";
  const override = { BuildspecOverride: spec, ServiceRoleArnOverride: roleArn("unheard") };
  const { status, log } = await host.run("unset", build("unset", override), roleArn("unmade"));
  // AWS_REGION and AWS_DEFAULT_REGION.
  expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringMatching(/^2$/m) });
  expect(log).toContain(
    `[Millrace] role ${roleArn("unheard")} is not used here: there is no setting roles.${roleArn("unheard")}`,
  );
});

test("a build that brings keys of its own gets none beside them", async () => {
  const spec = "version: 0.2\nphases: { build: { commands: ['env | grep ^AWS_ | grep -v REGION'] } }\n";
  const variables = [{ name: "AWS_ACCESS_KEY_ID", value: "mine" }];
  const { log } = await host.run(
    "own-keys",
    build("build", { BuildspecOverride: spec, EnvironmentVariables: JSON.stringify(variables) }),
  );
  expect(log).toMatch(/^AWS_ACCESS_KEY_ID=mine$/m);
  expect(log).not.toMatch(/^AWS_(SECRET|SESSION|ENDPOINT)/m);
  expect(log).toContain(
    "[Millrace] the role's keys are left out: the build has AWS_ACCESS_KEY_ID of its own",
  );
});
