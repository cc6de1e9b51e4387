import { describe, expect, test } from "vitest";
import { parseBuildspec } from "../../../src/worker/buildspec/index.ts";

const HEAD = "version: 0.2\nphases:\n  build:\n    commands: [make]\n";

function read(text: string) {
  const parsed = parseBuildspec(text, "buildspec.yml");
  if (parsed.kind === "refused") throw new Error(parsed.problems.join("\n"));
  return parsed;
}

function refused(text: string): readonly string[] {
  const parsed = parseBuildspec(text, "f.yml");
  expect(parsed.kind).toBe("refused");
  if (parsed.kind === "read") return [];
  expect(parsed.problems[0]?.endsWith(`: ${parsed.message}`)).toBe(true);
  return parsed.problems;
}

test("P3.5 the whole grammar", () => {
  const { buildspec, warnings } = read(`version: 0.2
run-as: build
env:
  shell: bash
  variables:
    VERSION: 1.10
    MODE: 0755
    EMPTY:
    QUOTED: "a: b"
  parameter-store:
    TOKEN: /my/token
  secrets-manager:
    KEY: arn:aws:secretsmanager:us-east-1:1:secret:s-abc:key
  exported-variables: [VERSION, OTHER]
  git-credential-helper: yes
proxy:
  upload-artifacts: no
  logs: no
batch:
  anything: [goes]
phases:
  install:
    runtime-versions:
      nodejs: 20
    run-as: other
  pre_build:
    on-failure: CONTINUE
    commands: one
    finally:
      - two
  build:
    on-failure: RETRY-2-timed?\\s+out
    commands:
      - echo "a" 'b'
      - |
        line 1
        line 2
  post_build:
    on-failure: ABORT
    commands:
      - three
reports:
  unit:
    files: ['**/*.xml']
    file-format: JUNITXML
artifacts:
  files:
    - '**/*'
  exclude-paths: [node_modules/**/*]
  base-directory: dist
  discard-paths: 'Yes'
  enable-symlinks: OFF
  name: ignored
  secondary-artifacts:
    docs:
      files: [docs/**/*]
cache:
  paths: ['/root/.npm/**/*']
`);
  expect(warnings).toEqual([]);
  expect(buildspec).toMatchObject({
    version: "0.2",
    shell: "bash",
    exportedVariables: ["VERSION", "OTHER"],
    gitCredentialHelper: true,
    reports: ["unit"],
    cache: true,
    artifacts: {
      files: ["**/*"],
      excludePaths: ["node_modules/**/*"],
      baseDirectory: "dist",
      discardPaths: true,
      enableSymlinks: false,
    },
  });
  expect(Object.fromEntries(buildspec.variables)).toEqual({
    VERSION: "1.10",
    MODE: "0755",
    EMPTY: "",
    QUOTED: "a: b",
  });
  expect(buildspec.parameterStore.get("TOKEN")).toBe("/my/token");
  expect(buildspec.secretsManager.get("KEY")).toBe("arn:aws:secretsmanager:us-east-1:1:secret:s-abc:key");
  expect(buildspec.phases.get("install")).toMatchObject({ commands: [], runAs: "other" });
  expect(buildspec.phases.get("install")?.runtimeVersions.get("nodejs")).toBe("20");
  expect(buildspec.phases.get("pre_build")).toMatchObject({
    commands: ["one"],
    finally: ["two"],
    onFailure: { kind: "continue" },
    runAs: "build",
  });
  expect(buildspec.phases.get("build")).toMatchObject({
    commands: [`echo "a" 'b'`, "line 1\nline 2\n"],
    onFailure: { kind: "retry", count: 2 },
  });
  expect(buildspec.secondaryArtifacts.get("docs")).toMatchObject({ files: ["docs/**/*"] });
});

test("P3.2 anchors, aliases and merge keys; BOM and CRLF", () => {
  const { buildspec } = read(
    "\ufeffversion: 0.2\r\nx: &base\r\n  commands: &c [one]\r\n  run-as: a\r\nphases:\r\n  build:\r\n    <<: *base\r\n    run-as: b\r\n  post_build: {commands: *c}\r\n",
  );
  expect(buildspec.phases.get("build")).toMatchObject({ commands: ["one"], runAs: "b" });
  expect(buildspec.phases.get("post_build")).toMatchObject({ commands: ["one"] });
});

test.each(["yes", "Yes", "TRUE", "on", '"true"'])("P3.2 %s is a yes", (word) => {
  const { buildspec } = read(`${HEAD}artifacts: {files: [a], discard-paths: ${word}}\n`);
  expect(buildspec.artifacts?.discardPaths).toBe(true);
});

describe("P3.3 errors, with line and column", () => {
  test.each<[string, string, string]>([
    ["an empty file", "", "f.yml:1:1: buildspec must be a mapping at line 1, column 1"],
    ["a list", "- a\n", "f.yml:1:1: buildspec must be a mapping at line 1, column 1"],
    ["no version", "phases: {build: {commands: [a]}}", "f.yml:1:1: version is required at line 1, column 1"],
    [
      "another version",
      "version: 0.3\nphases: {build: {commands: [a]}}",
      "f.yml:1:10: unsupported version 0.3, use 0.1 or 0.2 at line 1, column 10",
    ],
    [
      "no phases",
      "version: 0.2\n",
      "f.yml:1:1: phases is required and must name at least one of install, pre_build, build, post_build at line 1, column 1",
    ],
    [
      "empty phases",
      "version: 0.2\nphases:\n",
      "f.yml:2:8: phases is required and must name at least one of install, pre_build, build, post_build at line 2, column 8",
    ],
    [
      "an unknown phase",
      "version: 0.2\nphases:\n  biuld:\n    commands: [a]\n",
      "f.yml:3:3: unknown phase biuld at line 3, column 3; known: install, pre_build, build, post_build",
    ],
    [
      "a command that YAML reads as a mapping",
      "version: 0.2\nphases:\n  build:\n    commands:\n      - echo one\n      - echo: two\n",
      "f.yml:6:9: Expected Commands[1] to be of string type: found subkeys instead at line 6, value of the key tag on line 5 might be empty",
    ],
    [
      "a command that is a list",
      "version: 0.2\nphases:\n  build:\n    commands:\n      - [a]\n",
      "f.yml:5:9: Expected Commands[0] to be of string type: found list instead at line 5, column 9",
    ],
    [
      "a command that is null",
      "version: 0.2\nphases:\n  build:\n    commands:\n      - ~\n",
      "f.yml:5:9: Expected Commands[0] to be of string type: found null instead at line 5, column 9",
    ],
    [
      "a string for a list",
      `${HEAD}artifacts:\n  files: a\n`,
      "f.yml:6:10: artifacts.files must be a list of strings at line 6, column 10",
    ],
    ["a list for a mapping", `${HEAD}env: [a]\n`, "f.yml:5:6: env must be a mapping at line 5, column 6"],
    [
      "no boolean",
      `${HEAD}artifacts: {files: [a], discard-paths: maybe}\n`,
      "f.yml:5:40: artifacts.discard-paths must be yes or no at line 5, column 40",
    ],
    [
      "no files",
      `${HEAD}artifacts:\n  name: x\n`,
      "f.yml:6:3: artifacts.files is required at line 6, column 3",
    ],
    [
      "a bad variable name",
      `${HEAD}env: {variables: {MY-VAR: a}}\n`,
      "f.yml:5:19: env: 'MY-VAR' is not a valid variable name at line 5, column 19",
    ],
    [
      "a Windows shell",
      `${HEAD}env: {shell: powershell.exe}\n`,
      "f.yml:5:14: shell powershell.exe is not available on Linux workers at line 5, column 14",
    ],
    [
      "another shell",
      `${HEAD}env: {shell: fish}\n`,
      "f.yml:5:14: env.shell: 'fish' is not one of bash, /bin/sh, sh at line 5, column 14",
    ],
    [
      "the same key twice",
      `${HEAD}version: 0.2\n`,
      "f.yml:5:1: the key 'version' appears twice at line 5, column 1",
    ],
    ["a tag", `${HEAD}env: !x {}\n`, "f.yml:5:9: the tag !x is not allowed at line 5, column 9"],
    [
      "two documents",
      `${HEAD}---\na: b\n`,
      "f.yml:5:1: a buildspec must be one document at line 5, column 1",
    ],
    [
      "a tab as indentation",
      "version: 0.2\nphases:\n\tbuild: 1\n",
      "f.yml:3:1: Tabs are not allowed as indentation at line 3, column 1",
    ],
    ["an unknown alias", `${HEAD}env: *no\n`, "f.yml:5:6: the alias *no names nothing at line 5, column 6"],
    [
      "too many retries",
      "version: 0.2\nphases: {build: {on-failure: RETRY-101, commands: [a]}}",
      "f.yml:2:30: phases.build.on-failure: 'RETRY-101' retries more than 100 times at line 2, column 30",
    ],
    [
      "a look-ahead",
      "version: 0.2\nphases: {build: {on-failure: 'RETRY-(?=x)', commands: [a]}}",
      "f.yml:2:30: phases.build.on-failure: '(?=x)' is not a regular expression that can be used here: look-around, atomic groups and other flags are not supported (character 2) at line 2, column 30",
    ],
  ])("%s", (_what, text, expected) => {
    expect(refused(text)[0]).toBe(expected);
  });

  test("what isn't YAML comes with the parser's reason", () => {
    expect(refused('version: 0.2\nphases: "open\n')[0]).toMatch(
      /^f\.yml:\d+:\d+: Missing closing .* at line \d+, column \d+$/,
    );
  });

  test("all of them are collected, in the order of the file", () => {
    const problems = refused(
      "version: 0.9\nenv: {shell: fish}\nphases:\n  bulid: {}\n  build: {commands: [{a: b}]}\nartifacts: {files: 3}\n",
    );
    expect(problems.map((line) => line.split(":")[1])).toEqual(["1", "2", "4", "5", "6"]);
  });

  test("P3.2 limits: size, depth, aliases; none of them takes long", () => {
    expect(refused(`a: ${"x".repeat(2 ** 20)}`)[0]).toContain("larger than 1 MiB");
    expect(refused(`${HEAD}batch: ${"[".repeat(40)}${"]".repeat(40)}\n`)[0]).toContain(
      "nested deeper than 32",
    );
    expect(refused(`${HEAD}batch: ${"[".repeat(200_000)}`)[0]).toContain("nested deeper than 32");
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 20; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(",")}]`,
      );
    expect(refused(`${HEAD}${lines.join("\n")}\n`).join()).toContain("more than 1000 aliases");
    const keys = Array.from({ length: 60_000 }, (_, index) => `K${index}: v`).join(", ");
    expect(read(`${HEAD}env: {variables: {${keys}}}\n`).buildspec.variables.size).toBe(60_000);
  });
});

describe("P3.4 warnings", () => {
  const warningsOf = (text: string) => read(text).warnings;

  test("an unknown key, with what it may have been meant as", () => {
    expect(warningsOf(`${HEAD}artefacts: {}\nnonsense: 1\nenv: {variabels: {A: b}}\n`)).toEqual(
      [
        "buildspec.yml:5:1: unknown key 'artefacts' is ignored; did you mean 'artifacts'?",
        "buildspec.yml:6:1: unknown key 'nonsense' is ignored",
        "buildspec.yml:7:7: unknown key 'variabels' is ignored; did you mean 'variables'?",
      ].toSorted((a, b) => (a.includes("variabels") ? -1 : b.includes("variabels") ? 1 : 0)),
    );
  });

  test("a phase without commands; install with runtime-versions is silent", () => {
    expect(
      warningsOf(
        `${HEAD}  post_build:\n  pre_build: {run-as: a}\n  install: {runtime-versions: {nodejs: 20}}\n`,
      ),
    ).toEqual([
      "buildspec.yml:6:3: phase pre_build has no commands: nothing runs",
      "buildspec.yml:5:3: phase post_build has no commands: nothing runs",
    ]);
  });

  test("P3.3 keys of 0.2 in a 0.1 file work, with a warning", () => {
    const parsed = read("version: 0.1\nenv: {shell: bash}\nphases: {build: {commands: [a], finally: [b]}}\n");
    expect(parsed.buildspec.shell).toBe("bash");
    expect(parsed.warnings).toEqual([
      "buildspec.yml:2:7: env.shell belongs to version 0.2",
      "buildspec.yml:3:33: phases.build.finally belongs to version 0.2",
    ]);
  });
});

test("P3.3 secondary artifacts alone need no files of their own, and make no primary artifact", () => {
  const { buildspec } = read(`${HEAD}artifacts: {secondary-artifacts: {a: {files: [x]}}}\n`);
  expect(buildspec.artifacts).toBeUndefined();
  expect([...buildspec.secondaryArtifacts.keys()]).toEqual(["a"]);
});
