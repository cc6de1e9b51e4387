import { chmod, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { BuildProject } from "../../../src/worker/build-protocol.ts";
import type { Job } from "../../../src/worker/protocol.ts";
import type { Tools } from "../../../src/worker/provider.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { fakeJob, fakeTools, outputArtifact } from "../support/fake-tools.ts";
import { ownSeconds, processesWith } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
// As a worker's folder is: builds may run as other users.
await chmod(folder, 0o711);

interface Given {
  readonly files?: Record<string, string>;
  readonly buildspec?: string;
  readonly project?: Partial<BuildProject>;
  readonly job?: Partial<Job>;
  readonly outputs?: readonly string[];
  readonly configuration?: Record<string, string>;
}

async function build({
  files = {},
  buildspec,
  project = {},
  job = {},
  outputs = [],
  configuration = {},
}: Given) {
  const world = await fakeTools(folder, { project });
  const input = await world.input(
    "Source",
    buildspec === undefined ? files : { "buildspec.yml": buildspec, ...files },
  );
  const outcome = await codeBuildBuild.run(
    fakeJob({
      configuration: { ProjectName: "project", ...configuration },
      inputArtifacts: [input],
      outputArtifacts: outputs.map((name) => outputArtifact(name)),
      ...job,
    }),
    world.tools,
  );
  const last = world.states.at(-1);
  return {
    ...world,
    outcome,
    last,
    phases: last?.phases.map(({ phaseType, phaseStatus }) => `${phaseType} ${phaseStatus ?? ""}`.trim()),
  };
}

const commands = (...list: string[]) =>
  `version: 0.2\nphases:\n  build:\n    commands:\n${list.map((command) => `      - ${JSON.stringify(command)}\n`).join("")}`;

test("P2.6, P2.17, P11.3 a build that succeeds: phases, markers, variables, artifact", async () => {
  const { outcome, last, phases, texts, uploaded, uploads, progress } = await build({
    buildspec: `version: 0.2
env:
  variables: {GREETING: hello}
  exported-variables: [RESULT, NOT_SET]
phases:
  install:
    commands: ["PATH_PART=x"]
  build:
    commands:
      - mkdir -p dist/sub && echo "$GREETING $PATH_PART" > dist/out.txt
      - echo .dot > dist/sub/.hidden
      - RESULT="made $(cat dist/out.txt)"
artifacts:
  files: ["**/*"]
  base-directory: dist
`,
    outputs: ["App"],
  });
  expect(outcome).toEqual({
    kind: "done",
    externalExecutionId: "project:7a1b2c3d",
    percentComplete: 100,
    outputVariables: { RESULT: "made hello x" },
  });
  expect(last).toMatchObject({
    buildStatus: "SUCCEEDED",
    currentPhase: "COMPLETED",
    sourceVersion: "arn:aws:s3:::artifacts/in/Source",
    resolvedSourceVersion: "rev-1",
    exportedEnvironmentVariables: [{ name: "RESULT", value: "made hello x" }],
  });
  expect(phases).toEqual([
    "SUBMITTED SUCCEEDED",
    "QUEUED SUCCEEDED",
    "PROVISIONING SUCCEEDED",
    "DOWNLOAD_SOURCE SUCCEEDED",
    "INSTALL SUCCEEDED",
    "PRE_BUILD SUCCEEDED",
    "BUILD SUCCEEDED",
    "POST_BUILD SUCCEEDED",
    "UPLOAD_ARTIFACTS SUCCEEDED",
    "FINALIZING SUCCEEDED",
    "COMPLETED",
  ]);
  expect(last?.phases[6]).toMatchObject({ contexts: [{ statusCode: "", message: "" }] });
  const out = await uploaded("App");
  expect(await readFile(join(out!, "out.txt"), "utf8")).toBe("hello x\n");
  expect(await readdir(join(out!, "sub"))).toEqual([".hidden"]);
  expect(uploads.get("out/App")?.metadata).toEqual({
    "codebuild-buildarn": "arn:aws:codebuild:us-east-1:000000000000:build/project:7a1b2c3d",
    "codebuild-content-sha256": expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(progress.at(-1)).toEqual({
    percentComplete: 89,
    externalExecutionId: "project:7a1b2c3d",
    externalExecutionUrl: "http://127.0.0.1:1/console/builds/project/7a1b2c3d",
    logStreamArn: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/project:log-stream:7a1b2c3d",
  });
  const markers = texts().map((text) => text.replaceAll(/\/\S*src\d{9}\/src/g, "<src>"));
  expect(markers.slice(0, 3)).toEqual([
    expect.stringMatching(/^Running on Millrace worker test-worker \((process|bubblewrap)\)$/),
    expect.stringMatching(/^\[Millrace\] (no isolation|isolation): commands run .*as user \S+ of host \S+$/),
    expect.stringMatching(
      /^\[Millrace\] image aws\/codebuild\/standard:7.0 is not used: builds run on this host \(\w+\)$/,
    ),
  ]);
  expect(markers.slice(4)).toEqual([
    "Waiting for DOWNLOAD_SOURCE",
    "Phase is DOWNLOAD_SOURCE",
    "CODEBUILD_SRC_DIR=<src>",
    "YAML location is <src>/buildspec.yml",
    "Processing environment variables",
    "No runtime version selected in buildspec.",
    "Moving to directory <src>",
    "Phases found in YAML: 2",
    " INSTALL: 1 commands",
    " BUILD: 3 commands",
    "Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED",
    "Phase context status code:  Message: ",
    "Entering phase INSTALL",
    "Running command PATH_PART=x",
    "Phase complete: INSTALL State: SUCCEEDED",
    "Phase context status code:  Message: ",
    "Entering phase PRE_BUILD",
    "Phase complete: PRE_BUILD State: SUCCEEDED",
    "Phase context status code:  Message: ",
    "Entering phase BUILD",
    'Running command mkdir -p dist/sub && echo "$GREETING $PATH_PART" > dist/out.txt',
    "Running command echo .dot > dist/sub/.hidden",
    'Running command RESULT="made $(cat dist/out.txt)"',
    "Phase complete: BUILD State: SUCCEEDED",
    "Phase context status code:  Message: ",
    "Entering phase POST_BUILD",
    "Phase complete: POST_BUILD State: SUCCEEDED",
    "Phase context status code:  Message: ",
    "Entering phase UPLOAD_ARTIFACTS",
    "[Millrace] variable NOT_SET is not set and is not exported",
    "Expanding base directory path: dist",
    "Assembling file list",
    "Expanding file paths for base directory <src>/dist".replace("<src>", "<src>"),
    "Assembling file list",
    "Expanding **/*",
    "Found 2 file(s)",
    "Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED",
    "Phase context status code:  Message: ",
  ]);
});

describe("P3.17 to P3.22 a build that fails", () => {
  test("P3.17, P2.17 the first failing command ends the phase; POST_BUILD and the upload follow BUILD", async () => {
    const { outcome, phases, output, texts, uploaded } = await build({
      buildspec: `version: 0.2
phases:
  build:
    commands:
      - echo before
      - sh -c 'exit 3'
      - echo never
    finally:
      - echo finally $CODEBUILD_BUILD_SUCCEEDING
  post_build:
    commands:
      - echo post $CODEBUILD_BUILD_SUCCEEDING > post.txt; cat post.txt
artifacts: {files: [post.txt]}
`,
      outputs: ["App"],
    });
    expect(outcome).toEqual({
      kind: "failed",
      type: "JobFailed",
      message:
        "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while executing command: sh -c 'exit 3'. Reason: exit status 3",
      externalExecutionId: "project:7a1b2c3d",
    });
    expect(output()).toEqual(["before", "finally 0", "post 0"]);
    expect(phases?.slice(6)).toEqual([
      "BUILD FAILED",
      "POST_BUILD SUCCEEDED",
      "UPLOAD_ARTIFACTS SUCCEEDED",
      "FINALIZING SUCCEEDED",
      "COMPLETED",
    ]);
    expect(texts()).toContain("Command did not exit successfully sh -c 'exit 3' exit status 3");
    expect(texts()).toContain(
      "Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while executing command: sh -c 'exit 3'. Reason: exit status 3",
    );
    expect(await uploaded("App")).toBeDefined();
  });

  test("P3.21 after INSTALL or PRE_BUILD nothing else runs", async () => {
    const { phases, output } = await build({
      buildspec:
        "version: 0.2\nphases:\n  pre_build: {commands: ['false'], finally: [echo cleanup]}\n  build: {commands: [echo no]}\n  post_build: {commands: [echo no]}\n",
    });
    expect(phases?.slice(5)).toEqual(["PRE_BUILD FAILED", "FINALIZING SUCCEEDED", "COMPLETED"]);
    expect(output()).toEqual(["cleanup"]);
  });

  test("P3.20 ABORT goes straight to FINALIZING, CONTINUE on to the next phase; the build is FAILED", async () => {
    const aborted = await build({
      buildspec:
        "version: 0.2\nphases:\n  build: {on-failure: ABORT, commands: ['false']}\n  post_build: {commands: [echo no]}\n",
    });
    expect(aborted.phases?.slice(6)).toEqual(["BUILD FAILED", "FINALIZING SUCCEEDED", "COMPLETED"]);
    const continued = await build({
      buildspec:
        "version: 0.2\nphases:\n  install: {on-failure: CONTINUE, commands: ['false']}\n  build: {commands: [echo build $CODEBUILD_BUILD_SUCCEEDING]}\n",
    });
    expect(continued.output()).toEqual(["build 0"]);
    expect(continued.last?.buildStatus).toBe("FAILED");
    expect(continued.outcome).toMatchObject({ message: expect.stringContaining("Phase: INSTALL") });
  });

  test("P3.20 RETRY runs the phase again, and looks for its expression in message and output", async () => {
    const flaky =
      "echo try >> tries; test $(wc -l < tries) -ge 3 || { echo connection reset by peer; exit 1; }";
    const retried = await build({
      buildspec: `version: 0.2\nphases:\n  build:\n    on-failure: RETRY-5-connection\\s+reset\n    commands:\n      - ${JSON.stringify(flaky)}\n`,
    });
    expect(retried.outcome.kind).toBe("done");
    const other = await build({
      buildspec: `version: 0.2\nphases:\n  build:\n    on-failure: RETRY-5-timeout\n    commands:\n      - ${JSON.stringify(flaky)}\n`,
    });
    expect(other.outcome.kind).toBe("failed");
    expect(other.output()).toEqual(["connection reset by peer"]);
    const counted = await build({
      buildspec:
        "version: 0.2\nphases:\n  build:\n    on-failure: RETRY-2\n    commands: ['echo once; false']\n",
    });
    expect(counted.output()).toEqual(["once", "once", "once"]);
  });

  test("P3.16 a shell killed by a signal says so", async () => {
    const { outcome } = await build({ buildspec: commands("kill -9 $$") });
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/Reason: (signal: killed|exit status 137)$/),
    });
  });

  test("P3.15 exit 0 in a command goes on with the next", async () => {
    const { outcome, output } = await build({ buildspec: commands("cd /; exit 0", "pwd") });
    expect(outcome.kind).toBe("done");
    expect(output()).toEqual(["/"]);
  });
});

describe("DOWNLOAD_SOURCE", () => {
  const contexts = (result: Awaited<ReturnType<typeof build>>) => result.last?.phases[3]?.contexts;

  test("P3.1 without a buildspec", async () => {
    const result = await build({});
    expect(result.phases?.slice(3)).toEqual(["DOWNLOAD_SOURCE FAILED", "FINALIZING SUCCEEDED", "COMPLETED"]);
    expect(contexts(result)).toEqual([
      { statusCode: "YAML_FILE_ERROR", message: "YAML file does not exist" },
    ]);
    const named = await build({ project: { buildspec: "ci/build.yml" } });
    expect(contexts(named)?.[0]?.message).toMatch(
      /^stat \/.*\/src\d{9}\/src\/ci\/build\.yml: no such file or directory$/,
    );
  });

  test.each(["../buildspec.yml", "/etc/passwd"])(
    "P3.1 a path that leaves the source folder is refused: %s",
    async (path) => {
      const result = await build({ project: { buildspec: path } });
      expect(contexts(result)).toEqual([
        {
          statusCode: "YAML_FILE_ERROR",
          message: `buildspec path ${path} is not allowed: it must lie below the source folder, without '..'`,
        },
      ]);
    },
  );

  test("P3.1 inline, at a path of its own, and from the action", async () => {
    const inline = await build({ project: { buildspec: commands("echo inline") } });
    expect(inline.output()).toEqual(["inline"]);
    const path = await build({
      files: { "ci/b.yml": commands("echo path") },
      project: { buildspec: "ci/b.yml" },
    });
    expect(path.output()).toEqual(["path"]);
    const overridden = await build({
      project: { buildspec: commands("echo inline") },
      configuration: { BuildspecOverride: commands("echo override") },
    });
    expect(overridden.output()).toEqual(["override"]);
  });

  test("P3.3 a buildspec with errors: the first is the message, all are in the log with line and column", async () => {
    const result = await build({ buildspec: "version: 0.2\nphases:\n  biuld: {}\nenv: {shell: fish}\n" });
    expect(contexts(result)).toEqual([
      {
        statusCode: "YAML_FILE_ERROR",
        message: "unknown phase biuld at line 3, column 3; known: install, pre_build, build, post_build",
      },
    ]);
    expect(result.texts()).toContain(
      "buildspec.yml:4:14: env.shell: 'fish' is not one of bash, /bin/sh, sh at line 4, column 14",
    );
  });

  test("P3.10 a build whose secret the server refuses ends in DOWNLOAD_SOURCE, in its words", async () => {
    const parameter = await build({
      buildspec: `env: {parameter-store: {T: /my/token}}\n${commands("true")}`,
    });
    expect(contexts(parameter)).toEqual([
      { statusCode: "Decrypted Variables Error", message: "parameter does not exist: /my/token" },
    ]);
    const secret = await build({
      buildspec: commands("true"),
      project: { environmentVariables: [{ name: "S", value: "x:y", type: "SECRETS_MANAGER" }] },
    });
    expect(contexts(secret)).toEqual([
      {
        statusCode: "Secrets Manager Error Message",
        message: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      },
    ]);
  });

  test("P12, P0.18 a refused or missing input fails the action with its own words", async () => {
    const world = await fakeTools(folder, { project: {} });
    const input = await world.inputBytes("Source", "no zip at all");
    const job = fakeJob({ configuration: { ProjectName: "p" }, inputArtifacts: [input] });
    expect(await codeBuildBuild.run(job, world.tools)).toMatchObject({
      kind: "failed",
      type: "ConfigurationError",
      message: "Input artifact Source is not a ZIP file",
    });
    const missing = await fakeTools(folder, { project: {} });
    const gone = fakeJob({
      configuration: { ProjectName: "p" },
      inputArtifacts: [{ ...input, key: "in/gone" }],
    });
    expect(await codeBuildBuild.run(gone, missing.tools)).toMatchObject({
      type: "ConfigurationError",
      message:
        "The input artifact Source could not be found at s3://artifacts/in/gone. The action that declares it did not upload it.",
    });
    expect(missing.states.at(-1)?.buildStatus).toBe("FAILED");
  });
});

describe("variables", () => {
  test("P2.19, P3.6 what a build sees, and who wins", async () => {
    const { output } = await build({
      buildspec: `env: {variables: {A: spec, B: spec, C: spec, CODEBUILD_X: no}}\n${commands("env | grep -E '^(A|B|C|CI|CODEBUILD_.*|MILLRACE_.*|AWS_.*)=' | sort")}`,
      project: {
        environmentVariables: [
          { name: "B", value: "project" },
          { name: "C", value: "project" },
        ],
      },
      configuration: {
        EnvironmentVariables: JSON.stringify([
          { name: "C", value: "$(echo not run)" },
          { name: "D", value: "d", type: "PLAINTEXT" },
        ]),
      },
    });
    const seen = Object.fromEntries(
      output().map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    expect(seen).toEqual({
      A: "spec",
      B: "project",
      C: "$(echo not run)",
      CI: "true",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_REGION: "us-east-1",
      CODEBUILD_BUILD_ARN: "arn:aws:codebuild:us-east-1:000000000000:build/project:7a1b2c3d",
      CODEBUILD_BUILD_ID: "project:7a1b2c3d",
      CODEBUILD_BUILD_IMAGE: "aws/codebuild/standard:7.0",
      CODEBUILD_BUILD_NUMBER: "7",
      CODEBUILD_BUILD_SUCCEEDING: "1",
      CODEBUILD_CI: "true",
      CODEBUILD_EXECUTION_ROLE_BUILD: "",
      CODEBUILD_INITIATOR: "codepipeline/app",
      CODEBUILD_KMS_KEY_ID: "arn:aws:kms:us-east-1:000000000000:alias/aws/s3",
      CODEBUILD_LOG_PATH: "7a1b2c3d",
      CODEBUILD_PROJECT_UUID: "6f4f7b1e-0000-4000-8000-000000000000",
      CODEBUILD_RESOLVED_SOURCE_VERSION: "rev-1",
      CODEBUILD_SOURCE_REPO_URL: "",
      CODEBUILD_SOURCE_VERSION: "arn:aws:s3:::artifacts/in/Source",
      CODEBUILD_SRC_DIR: expect.stringMatching(/\/output\/src\d{9}\/src$/),
      CODEBUILD_START_TIME: expect.stringMatching(/^\d{13}$/),
      MILLRACE_ACTION_EXECUTION_ID: "action-execution-1",
      MILLRACE_JOB: expect.any(String),
      MILLRACE_PIPELINE_EXECUTION_ID: "execution-1",
      MILLRACE_PIPELINE_NAME: "app",
    });
  });

  test("P2.15 secondary inputs have folders of their own, also under a name that a shell can read", async () => {
    const world = await fakeTools(folder, { project: {} });
    const inputs = [
      await world.input("my-lib", { "lib.txt": "lib" }),
      await world.input("Source", {
        "buildspec.yml": commands("cat $CODEBUILD_SRC_DIR_my_lib/lib.txt; echo; ls"),
      }),
    ];
    const job = fakeJob({
      configuration: { ProjectName: "p", PrimarySource: "Source" },
      inputArtifacts: inputs,
    });
    expect((await codeBuildBuild.run(job, world.tools)).kind).toBe("done");
    expect(world.output()).toEqual(["lib", "buildspec.yml"]);
  });
});

describe("configuration", () => {
  const failing = async (
    configuration: Record<string, string>,
    inputs: readonly string[] = ["A", "B"],
    project?: Partial<BuildProject>,
  ) => {
    const world = await fakeTools(folder, project ? { project } : {});
    const inputArtifacts = inputs.map((name) => ({ name, bucket: "b", key: name }));
    return codeBuildBuild.run(fakeJob({ configuration, inputArtifacts }), world.tools);
  };

  test("P2.13 an unknown project", async () => {
    await expect(failing({ ProjectName: "nope" }, ["A"])).rejects.toMatchObject({
      type: "ConfigurationError",
      message:
        "Error calling startBuild: Project cannot be found: arn:aws:codebuild:us-east-1:000000000000:project/nope",
    });
  });

  test("P2.14 two inputs need a PrimarySource, and it must be one of them", async () => {
    await expect(failing({ ProjectName: "p" })).rejects.toThrow(
      "PrimarySource must be specified when there is more than one input artifact",
    );
    await expect(failing({ ProjectName: "p", PrimarySource: "C" })).rejects.toThrow(
      "PrimarySource 'C' is not one of the input artifacts of the action: A, B",
    );
  });

  test.each([
    "{",
    "{}",
    '[{"name":"A"}]',
    '[{"name":"A-B","value":""}]',
    '[{"name":"A","value":1}]',
    '[{"name":"A","value":"","type":"X"}]',
  ])("P2.14 EnvironmentVariables %s", async (EnvironmentVariables) => {
    await expect(failing({ ProjectName: "p", EnvironmentVariables }, ["A"])).rejects.toThrow(
      "EnvironmentVariables is not a JSON array of name, value and type",
    );
  });

  test.each<[Parameters<typeof build>[0]["project"], string]>([
    [
      { environmentType: "WINDOWS_SERVER_2022_CONTAINER" },
      "environment type is not supported by this worker: WINDOWS_SERVER_2022_CONTAINER",
    ],
    [{ privilegedMode: true }, "privileged mode is not supported by this worker: true"],
    [{ fileSystems: ["models"] }, "file system is not supported by this worker: models"],
  ])("P2.2, P2.9 what this worker can't provide fails PROVISIONING: %j", async (project, message) => {
    const { last } = await build({ buildspec: commands("true"), ...(project && { project }) });
    expect(last?.phases.at(2)).toMatchObject({
      phaseType: "PROVISIONING",
      phaseStatus: "FAILED",
      contexts: [{ statusCode: "CLIENT_ERROR", message }],
    });
  });

  test.each([
    ["nobody-knows-me", "unknown user nobody-knows-me"],
    ["--help", "unknown user --help"],
  ])("P3.24 run-as of a user that isn't there fails the phase: %s", async (user, message) => {
    const { last } = await build({
      buildspec: `version: 0.2\nrun-as: ${user}\nphases: {build: {commands: ['true']}}\n`,
    });
    expect(last?.phases.at(6)?.contexts).toEqual([{ statusCode: "CLIENT_ERROR", message }]);
  });

  test.runIf(process.getuid?.() === 0)(
    "P3.24 run-as: a phase's user before that of all, the artifact is everybody's work",
    async () => {
      const { output, outcome, uploaded } = await build({
        buildspec: `version: 0.2
run-as: nobody
phases:
  install: {commands: ['id -un; export FROM_INSTALL=1']}
  pre_build: {run-as: daemon, commands: ['id -un; echo $FROM_INSTALL > a']}
  build: {run-as: root, commands: ['id -un; cat a >> a.txt']}
  post_build: {commands: ['id -un; echo $USER >> a.txt']}
artifacts: {files: [a.txt]}
`,
        outputs: ["App"],
      });
      expect(output()).toEqual(["nobody", "daemon", "root", "nobody"]);
      expect(outcome.kind).toBe("done");
      const file = join((await uploaded("App")) ?? "", "a.txt");
      expect(await readFile(file, "utf8")).toBe("1\nnobody\n");
    },
  );

  test("what is accepted and not used yet is said", async () => {
    const { texts } = await build({
      buildspec: `${commands("true")}cache: {paths: [a]}\nreports: {unit: {files: [a]}}\n`,
    });
    expect(texts()).toContain("[Millrace] cache is not used by this version: nothing is restored or saved");
    expect(texts()).toContain("[Millrace] reports are not used by this version and not read: unit");
  });
});

test("P3.26 variables in an artifact's paths are those of the build's end; one that isn't set is nothing", async () => {
  const { outcome, uploaded } = await build({
    buildspec: `version: 0.2
env:
  variables: {STAGE: beta, NAME: site}
phases:
  build:
    commands:
      - STAGE=prod; SKIP=draft
      - mkdir -p dist-prod/site && cd dist-prod && touch site/a.txt site/draft.txt b.txt '$(id)'
artifacts:
  base-directory: dist-$STAGE
  files: ["\${NAME}/**/*", "$NOT_SET*.txt", "$(id)"]
  exclude-paths: ["**/$SKIP.txt"]
`,
    outputs: ["App"],
  });
  expect(outcome.kind).toBe("done");
  const out = await uploaded("App");
  expect((await readdir(out!, { recursive: true })).sort()).toEqual(["$(id)", "b.txt", "site", "site/a.txt"]);
});

test("P3.12 version 0.1: a fresh shell per command, exported variables as they were", async () => {
  const { outcome, output } = await build({
    buildspec:
      "version: 0.1\nenv: {variables: {A: '1'}, exported-variables: [A]}\nphases: {build: {commands: ['A=2; cd /', 'echo $A; basename $PWD']}}\n",
  });
  expect(output()).toEqual(["1", "src"]);
  expect(outcome).toMatchObject({ outputVariables: { A: "1" } });
});

test("P3.12 exported variables beyond 122,880 bytes fail the action", async () => {
  const { outcome, last } = await build({
    buildspec: `env: {exported-variables: [BIG]}\n${commands("BIG=$(printf '%0130000d' 0)")}`,
  }).catch((error: unknown) => ({ outcome: error as Error, last: undefined }));
  expect(outcome).toMatchObject({
    type: "JobFailed",
    message: "The output variables have 130003 bytes, names and values together; 122880 are allowed.",
  });
  expect(last).toBeUndefined();
});

/** Tools of a build that says `waiting` when something is to happen to it. */
function onceWaiting({ tools, output }: Awaited<ReturnType<typeof fakeTools>>, act: () => void): Tools {
  const { log } = tools;
  const look: Tools["log"]["output"] = (stream, chunk, phase) => {
    log.output(stream, chunk, phase);
    if (output().includes("waiting")) act();
  };
  return { ...tools, log: { ...log, output: look } };
}

test("P3.23, P2.11 a build that is stopped: its processes end, no other phase, STOPPED", async () => {
  const word = ownSeconds();
  const world = await fakeTools(folder, { project: {} });
  const input = await world.input("Source", {
    "buildspec.yml": `${commands(`echo waiting; sleep ${word}`)}  post_build: {commands: [echo no]}\n`,
  });
  const outcome = await codeBuildBuild.run(
    fakeJob({ configuration: { ProjectName: "p" }, inputArtifacts: [input] }),
    onceWaiting(world, world.stop),
  );
  expect(outcome).toMatchObject({
    kind: "failed",
    type: "JobFailed",
    message: "Build terminated with state: STOPPED",
  });
  expect(world.states.at(-1)).toMatchObject({ buildStatus: "STOPPED" });
  expect(
    world.states
      .at(-1)
      ?.phases.slice(6)
      .map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]),
  ).toEqual([
    ["BUILD", "STOPPED"],
    ["FINALIZING", "SUCCEEDED"],
    ["COMPLETED", undefined],
  ]);
  expect(processesWith(word)).toEqual([]);
});

test("P2.2 a build that takes longer than its project allows is TIMED_OUT", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const world = await fakeTools(folder, { project: { timeoutInMinutes: 5 } });
  const input = await world.input("Source", { "buildspec.yml": commands("echo waiting; sleep 600") });
  const outcome = await codeBuildBuild.run(
    fakeJob({ configuration: { ProjectName: "p" }, inputArtifacts: [input] }),
    onceWaiting(world, () => vi.advanceTimersByTime(5 * 60_000)),
  );
  expect(outcome).toMatchObject({ type: "JobFailed", message: "Build terminated with state: TIMED_OUT" });
  const last = world.states.at(-1);
  expect(last?.buildStatus).toBe("TIMED_OUT");
  expect(last?.phases[6]).toMatchObject({ phaseType: "BUILD", phaseStatus: "TIMED_OUT" });
});
