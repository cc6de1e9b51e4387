/** Bad input of every kind, through a whole server; what is read is what its user reads. */
import { CreateProjectCommand, type CreateProjectInput } from "@aws-sdk/client-codebuild";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeBuild, commands, source } from "../codepipeline/support/declarations.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { rawZip } from "../worker/support/raw-zip.ts";
import { type Clients, clientsOf } from "./support/clients.ts";
import {
  bucketWith,
  deliver,
  deliveryOf,
  deployment,
  objectSource,
  versionedBucket,
} from "./support/delivery.ts";

let host: TestServer;
let clients: Clients;
beforeAll(async () => {
  host = await testServer();
  clients = clientsOf(host.config);
  await clients.codecommit.send(new CreateRepositoryCommand({ repositoryName: "empty" }));
  await clients.s3.send(new CreateBucketCommand({ Bucket: "target" }));
  await clients.s3.send(new CreateBucketCommand({ Bucket: "unversioned" }));
  await versionedBucket(clients, "nothing-in-it");
  await bucketWith(clients, "good", { "a.txt": "a", "indented.yml": INDENTED });
});
afterAll(async () => {
  clients[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const INDENTED = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo fine\n   post_build: {}\n";

const branch = (repository: string) =>
  source({
    configuration: { RepositoryName: repository, BranchName: "main", PollForSourceChanges: "false" },
  });

test.each<[what: string, from: ActionDeclaration, message: string]>([
  [
    "an object that isn't there",
    objectSource("nothing-in-it", "code.zip"),
    "The object with key 'code.zip' could not be found in the S3 bucket nothing-in-it.",
  ],
  [
    "a bucket that isn't there",
    objectSource("missing", "code.zip"),
    "The object with key 'code.zip' could not be found in the S3 bucket missing.",
  ],
  [
    "a bucket without versions",
    objectSource("unversioned", "code.zip"),
    "The S3 bucket unversioned does not have versioning enabled, or versioning is suspended. Enable versioning on the bucket, and then try again.",
  ],
  [
    "a repository without the branch",
    branch("empty"),
    "The action failed because no branch named main was found in the selected AWS CodeCommit repository empty. Make sure you are using the correct branch name, and then try again.",
  ],
  [
    "a repository that isn't there",
    branch("unmade"),
    "The action failed because the AWS CodeCommit repository unmade could not be found. Make sure you are using the correct repository name, and then try again.",
  ],
])("a source is %s", async (what, from, message) => {
  const read = await deliver(clients, deliveryOf(nameOf(what), from, deployment("target")), "Fetch");
  expect(read).toMatchObject({ status: "Failed", error: `ConfigurationError: ${message}` });
  expectReasonInOnePlace(read);
});

test.each<[what: string, code: Uint8Array, error: string]>([
  [
    "has an entry that escapes the folder",
    rawZip([
      { name: "fine.txt", data: "x" },
      { name: "../../evil.txt", data: "x" },
    ]),
    "JobFailed: Artifact Code refused: entry '../../evil.txt' leaves the target folder",
  ],
  [
    "explodes",
    rawZip([
      { name: "fine.txt", data: "x" },
      { name: "bomb", data: Buffer.alloc(110 * 2 ** 20), deflate: true },
    ]),
    "JobFailed: Artifact Code refused: compression ratio of 200:1 exceeded",
  ],
  ["is no archive", Buffer.from("just text"), "ConfigurationError: Input artifact Code is not a ZIP file"],
])("P12 an artifact that %s is deployed by none of its files", async (what, code, error) => {
  const name = nameOf(what);
  await bucketWith(clients, name, code);
  const read = await deliver(
    clients,
    deliveryOf(name, objectSource(name, "code.zip"), deployment("target")),
    "Publish",
  );
  expect(read).toMatchObject({ status: "Failed", error });
  expectReasonInOnePlace(read);
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: "target" }));
  expect(Contents).toEqual([]);
});

const good = objectSource("good", "code.zip");

test.each<[what: string, buildspec: string, error: RegExp, log: RegExp]>([
  [
    "a line that is indented wrongly",
    "indented.yml",
    /YAML_FILE_ERROR, Message: All mapping items must start at the same column at line 6, column 1$/,
    /^\[Container\] \S+ \S+ indented\.yml:6:1: All mapping items must start at the same column/m,
  ],
  [
    "a list where text is wanted",
    "version: 0.2\nphases:\n  build:\n    commands:\n      - [echo, fine]\n",
    /YAML_FILE_ERROR, Message: .*at line 5, column 9$/,
    /buildspec:5:9: /,
  ],
  [
    "no file",
    "other.yml",
    /YAML_FILE_ERROR, Message: stat \S+other\.yml: no such file or directory$/,
    /other\.yml/,
  ],
])("a buildspec with errors: %s", async (what, buildspec, error, log) => {
  const name = nameOf(what);
  await project({ name, source: { type: "CODEPIPELINE", buildspec } });
  const build = codeBuild({ configuration: { ProjectName: name } });
  const read = await deliver(clients, deliveryOf(name, good, build), "Build");
  expect(read.error).toMatch(error);
  expect(read.log).toMatch(log);
  expectReasonInOnePlace(read);
});

test("P2.2 a project asks for a file system, which no worker mounts", async () => {
  const fileSystemLocations = [
    { type: "EFS", identifier: "models", location: "fs-1:/", mountPoint: "/m" },
  ] as const;
  await project({
    name: "mounting",
    source: { type: "CODEPIPELINE" },
    fileSystemLocations: [...fileSystemLocations],
  });
  const build = codeBuild({ configuration: { ProjectName: "mounting" } });
  const read = await deliver(clients, deliveryOf("mounting", good, build), "Build");
  expect(read.error).toMatch(
    /PROVISIONING, Code: CLIENT_ERROR, Message: file system is not supported by this worker: models$/,
  );
});

async function project(given: Pick<CreateProjectInput, "name" | "source" | "fileSystemLocations">) {
  await clients.codebuild.send(
    new CreateProjectCommand({
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "aws/codebuild/standard:7.0",
        computeType: "BUILD_GENERAL1_SMALL",
      },
      serviceRole: "arn:aws:iam::000000000000:role/build",
      ...given,
    }),
  );
}

test.each<[what: string, action: ActionDeclaration, error: RegExp]>([
  [
    "a project that isn't there",
    codeBuild({ name: "Run", configuration: { ProjectName: "unmade" } }),
    /^ConfigurationError: Error calling startBuild: Project cannot be found: arn:aws:codebuild:us-east-1:000000000000:project\/unmade$/,
  ],
  [
    "a bucket to deploy to that isn't there",
    { ...deployment("nowhere"), name: "Run" },
    /^ConfigurationError: .*nowhere/,
  ],
  [
    "a command that fails",
    commands({ commands: ["echo before", "echo oops >&2; exit 3", "echo never"] }),
    /^JobFailed: Command failed: echo oops >&2; exit 3\. Reason: exit status 3/,
  ],
  [
    "outputs that nothing made",
    commands({ commands: ["true"], outputArtifacts: [{ name: "Out", files: ["dist/**/*"] }] }),
    /^JobFailed: no matching artifact paths found for output artifact Out$/,
  ],
])("an action has %s", async (what, action, error) => {
  const read = await deliver(clients, deliveryOf(nameOf(what), good, action), "Run");
  expect(read.error).toMatch(error);
  expect(read.log).not.toContain("never\n");
  expectReasonInOnePlace(read);
});

/** The state, the history and the log give the same reason. */
function expectReasonInOnePlace({
  error,
  recorded,
  log,
}: {
  error: string;
  recorded: string;
  log: string;
}): void {
  expect(recorded).toBe(error);
  const [first = ""] = error.split("\n");
  expect(log).toContain(`[Millrace] the action failed: ${first}`);
}

/** A name for a pipeline, a bucket, a project. */
function nameOf(what: string): string {
  return what.replaceAll(/[^a-z]+/g, "-");
}
