/** Everything that a provider is given, in memory: a job, its artifacts, its log, and what it reported. */
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { DIRECT } from "../../../src/network/index.ts";
import { unpack, writeZip } from "../../../src/worker/archive/index.ts";
import type { BuildProject, BuildState, JobRole } from "../../../src/worker/build-protocol.ts";
import type { Job, JobArtifact, JobClient, LogLine, Progress } from "../../../src/worker/protocol.ts";
import { ProviderError, type Tools } from "../../../src/worker/provider.ts";
import { openSandbox, type SandboxOptions } from "../../../src/worker/sandbox/index.ts";

export interface Uploaded {
  readonly file: string;
  readonly metadata: Record<string, string> | undefined;
}

/** A world for one job. `folder` is the test's own. */
export async function fakeTools(
  folder: string,
  {
    project,
    sandbox = {},
    role = { kind: "none" },
  }: { project?: Partial<BuildProject>; sandbox?: SandboxOptions; role?: JobRole } = {},
) {
  const root = join(folder, randomUUID());
  const workDir = join(root, "job");
  const store = join(root, "store");
  const cacheDir = join(root, "cache");
  for (const path of [root, workDir, store, cacheDir]) await mkdir(path);
  const opened = await openSandbox(sandbox);
  onTestFinished(() => opened.rest());
  const stopped = new AbortController();
  const lines: Omit<LogLine, "seq" | "time">[] = [];
  const secrets: string[] = [];
  const states: BuildState[] = [];
  const progress: Progress[] = [];
  const uploads = new Map<string, Uploaded>();
  const mask = (text: string) => secrets.reduce((masked, secret) => masked.replaceAll(secret, "****"), text);
  const keyFile = (key: string) => join(store, encodeURIComponent(key));
  const unfinished = new Map<string, string>();
  const unused = () => Promise.reject(new Error("not part of this test"));

  const client: JobClient = {
    register: unused,
    poll: unused,
    acknowledge: unused,
    extendLease: unused,
    giveUp: unused,
    park: unused,
    cloneCredentials: unused,
    refresh: unused,
    succeed: unused,
    fail: unused,
    appendLog: unused,
    startChild: unused,
    describeChild: unused,
    progress: async (_job, change) => void progress.push(change),
    connectedRepository: unused,
    doubtConnection: unused,
    resolveSecret: async (_job, kind, name) => ({
      refused:
        kind === "parameter-store"
          ? `parameter does not exist: ${name}`
          : "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    }),
    putBuildState: async (_job, state) => void states.push(structuredClone(state)),
    jobRole: async () => role,
    startBuild: async () => {
      if (project === undefined) return undefined;
      const { name } = { ...PROJECT, ...project };
      return {
        buildId: `${name}:7a1b2c3d`,
        buildArn: `arn:aws:codebuild:us-east-1:000000000000:build/${name}:7a1b2c3d`,
        buildNumber: 7,
        project: { ...PROJECT, ...project },
      };
    },
  };

  const tools: Tools = {
    client,
    workerId: "test-worker",
    workDir,
    cacheDir,
    sandbox: opened,
    runtimes: new Map(),
    signal: stopped.signal,
    diskLimit: 2 ** 30,
    way: DIRECT,
    now: Date.now,
    newId: randomUUID,
    log: {
      system: (text, phase) =>
        void lines.push({ stream: "system", text: mask(text), ...(phase && { phase }) }),
      output(stream, chunk, phase) {
        const text = (unfinished.get(stream) ?? "") + Buffer.from(chunk).toString();
        const whole = text.split("\n");
        unfinished.set(stream, whole.pop() ?? "");
        for (const line of whole) lines.push({ stream, text: mask(line), ...(phase && { phase }) });
      },
      addSecrets: (values) => void secrets.push(...values),
      mask,
      tail: (count) =>
        lines
          .filter(({ stream }) => stream !== "system")
          .slice(-count)
          .map(({ text }) => text),
      ready: async () => undefined,
      hurry: () => undefined,
    },
    artifacts: {
      s3: unused,
      async download({ name, bucket, key }, file) {
        await copyFile(keyFile(key), file).catch(() => {
          throw new ProviderError(
            "ConfigurationError",
            `The input artifact ${name} could not be found at s3://${bucket}/${key}. The action that declares it did not upload it.`,
          );
        });
        return { etag: "", bytes: (await readFile(file)).length };
      },
      async upload(file, { key }, options) {
        await copyFile(file, keyFile(key));
        uploads.set(key, { file: keyFile(key), metadata: options?.metadata });
      },
    },
  };

  return {
    tools,
    lines,
    states,
    progress,
    uploads,
    stop: () => stopped.abort(new Error("stopped")),
    texts: () => lines.map(({ text }) => text),
    output: () => lines.filter(({ stream }) => stream !== "system").map(({ text }) => text),
    /** Puts a zip of these files where the input artifact `name` is looked for. */
    async input(name: string, files: Record<string, string>): Promise<JobArtifact> {
      const entries = Object.entries(files).map(([path, contents]) => ({
        path,
        mode: path.endsWith(".sh") ? 0o755 : 0o644,
        modified: new Date("2024-01-01T00:00:00Z"),
        source: { kind: "stream", open: () => Readable.from([Buffer.from(contents)]) } as const,
      }));
      await writeZip(entries, keyFile(`in/${name}`), 2 ** 30);
      return { name, bucket: "artifacts", key: `in/${name}`, revision: "rev-1" };
    },
    async inputBytes(name: string, bytes: Uint8Array | string): Promise<JobArtifact> {
      await writeFile(keyFile(`in/${name}`), bytes);
      return { name, bucket: "artifacts", key: `in/${name}` };
    },
    /** The unpacked upload of the output artifact `name`; undefined when there is none. */
    async uploaded(name: string): Promise<string | undefined> {
      const upload = uploads.get(`out/${name}`);
      if (upload === undefined) return undefined;
      const out = join(root, `unpacked-${name}`);
      await unpack(upload.file, out, name);
      return out;
    },
  };
}

export function outputArtifact(name: string, files?: readonly string[]): JobArtifact {
  return { name, bucket: "artifacts", key: `out/${name}`, ...(files && { files }) };
}

export function fakeJob(job: Partial<Job>): Job {
  const id = randomUUID();
  return {
    id,
    nonce: "1",
    accountId: "000000000000",
    actionTypeId: { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" },
    configuration: {},
    inputArtifacts: [],
    outputArtifacts: [],
    artifactCredentials: {
      accessKeyId: "ASIATEST",
      secretAccessKey: "secret",
      sessionToken: "token",
      expires: 0,
    },
    pipeline: {
      pipelineName: "app",
      pipelineArn: "arn:aws:codepipeline:us-east-1:000000000000:app",
      executionId: "execution-1",
      stage: "Build",
      action: "Compile",
      actionExecutionId: "action-execution-1",
    },
    region: "us-east-1",
    timeoutMinutes: 480,
    actionStartedAt: Date.now(),
    delivery: 1,
    artifactEndpoint: "http://127.0.0.1:1",
    publicUrl: "http://127.0.0.1:1",
    ...job,
  };
}

const PROJECT: BuildProject = {
  name: "project",
  arn: "arn:aws:codebuild:us-east-1:000000000000:project/project",
  uuid: "6f4f7b1e-0000-4000-8000-000000000000",
  image: "aws/codebuild/standard:7.0",
  computeType: "BUILD_GENERAL1_SMALL",
  environmentType: "LINUX_CONTAINER",
  privilegedMode: false,
  fileSystems: [],
  environmentVariables: [],
  timeoutInMinutes: 60,
  encryptionKey: "arn:aws:kms:us-east-1:000000000000:alias/aws/s3",
  logGroup: "/aws/codebuild/project",
};
