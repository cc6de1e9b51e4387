import { performance } from "node:perf_hooks";
import * as codeBuildSchemas from "@aws-sdk/client-codebuild";
import { expect, test } from "vitest";
import { compileDecoder } from "../../src/services/aws-json/decode.ts";
import { modelOf } from "../../src/services/aws-json/model.ts";
import { requiredMembers } from "../../src/services/aws-json/required-members.ts";
import { compileValidator } from "../../src/services/aws-json/validate.ts";
import { actionWith, model, pipelineWith, saidOf, source, table } from "./support/validating.ts";

const EXECUTION = "3c8cb4bd-5b1f-4a3e-9d0b-3f9d4f1f7a11";
const PATTERN = "[A-Za-z0-9.@\\-_]+";

test.each<[string, string, unknown, string | undefined]>([
  [
    "the two errors of api.md §1.4, in the model's order (inferred: api.md §1.4)",
    "ListActionExecutions",
    { pipelineName: "x", filter: { latestInPipelineExecution: {} } },
    "2 validation errors detected: Value at 'filter.latestInPipelineExecution.pipelineExecutionId' failed to satisfy constraint: Member must not be null; Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy constraint: Member must not be null",
  ],
  [
    "one error in the singular",
    "GetPipeline",
    {},
    "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null",
  ],
  [
    "a length that is too great",
    "GetPipeline",
    { name: "x".repeat(101) },
    "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 100",
  ],
  [
    "pattern and length of one value",
    "GetPipeline",
    { name: "" },
    `2 validation errors detected: Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PATTERN}; Value at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    "a number out of range",
    "ListPipelines",
    { maxResults: 1001 },
    "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
  ],
  [
    "a number below its range, lists counted from 1",
    "CreatePipeline",
    actionWith({ runOrder: 0 }),
    "1 validation error detected: Value at 'pipeline.stages.1.member.actions.1.member.runOrder' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    "an enum, sorted by name",
    "ListActionExecutions",
    {
      pipelineName: "x",
      filter: { latestInPipelineExecution: { pipelineExecutionId: EXECUTION, startTimeRange: "First" } },
    },
    "1 validation error detected: Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy constraint: Member must satisfy enum value set: [All, Latest]",
  ],
  [
    "the value of a map, with all of its constraints",
    "CreatePipeline",
    actionWith({ configuration: { S3Bucket: "b", S3ObjectKey: "x".repeat(50_001) } }),
    "1 validation error detected: Value at 'pipeline.stages.1.member.actions.1.member.configuration' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
  ],
  [
    "the key of a map (inferred: api.md §1.4)",
    "CreatePipeline",
    actionWith({ configuration: { ["k".repeat(51)]: "v" } }),
    "1 validation error detected: Value at 'pipeline.stages.1.member.actions.1.member.configuration' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 50, Member must have length greater than or equal to 1]",
  ],
  [
    "inside a structure that is a map's value (inferred: api.md §1.4)",
    "CreatePipeline",
    pipelineWith({ artifactStores: { "us-east-1": { type: "S3", location: "ab" } } }),
    "1 validation error detected: Value at 'pipeline.artifactStores.us-east-1.member.location' failed to satisfy constraint: Member must have length greater than or equal to 3",
  ],
  [
    "a scalar inside a list, told at the list (inferred: api.md §1.4)",
    "UntagResource",
    { resourceArn: "arn:aws:codepipeline:us-east-1:000000000000:web", tagKeys: ["a", "", ""] },
    "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
  ],
  [
    "a null element of a list, and nothing below it (inferred: api.md §1.1)",
    "CreatePipeline",
    pipelineWith({ stages: [null, { name: "Build" }] }),
    "2 validation errors detected: Value at 'pipeline.stages.1.member' failed to satisfy constraint: Member must not be null; Value at 'pipeline.stages.2.member.actions' failed to satisfy constraint: Member must not be null",
  ],
  [
    "a value of a map that is null is absent",
    "CreatePipeline",
    actionWith({ configuration: { a: null } }),
    undefined,
  ],
  [
    "50,000 characters of configuration (§1.4)",
    "CreatePipeline",
    actionWith({ configuration: { a: "x".repeat(50_000) } }),
    undefined,
  ],
  [
    "an account that is empty in a tag ARN (§2.1)",
    "ListTagsForResource",
    { resourceArn: "arn:aws:codepipeline:us-east-1::actiontype:Custom/Build/x/1" },
    undefined,
  ],
  [
    "characters beyond the basic plane count once",
    "PutApprovalResult",
    {
      pipelineName: "p",
      stageName: "s",
      actionName: "a",
      token: EXECUTION,
      result: { summary: "😀".repeat(512), status: "Approved" },
    },
    undefined,
  ],
  [
    "a newline where the pattern has a dot",
    "StartPipelineExecution",
    { name: "p", variables: [{ name: "v", value: "a\nb" }] },
    "1 validation error detected: Value at 'variables.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: .*",
  ],
])("%s", (_, operation, input, message) => {
  expect(saidOf(operation, input)).toBe(message);
});

test("all violations are counted, a hundred of them told", () => {
  const said = saidOf("CreatePipeline", pipelineWith({ stages: Array.from({ length: 5_000 }, () => ({})) }))!;
  expect(said).toMatch(/^10000 validation errors detected: /);
  expect(said.split("; ")).toHaveLength(100);
});

test("every shape that an operation's input needs is in the table, with the members that the SDK knows", () => {
  for (const { input } of model.operations.values()) {
    const root = input.getName()!;
    expect(table.shapes[root]).toBeDefined();
    for (const [name, shape] of Object.entries(requiredMembers(input).shapes)) {
      const ours = table.shapes[name];
      if (shape.type !== "structure" || ours?.type !== "structure") continue;
      expect({
        name,
        members: Object.keys(ours.members).sort(),
        required: [...(ours.required ?? [])].sort(),
      }).toEqual({
        name,
        members: Object.keys(shape.members).sort(),
        required: [...(shape.required ?? [])].sort(),
      });
    }
  }
});

test("a service without a table of its own refuses what lacks required members", () => {
  const { input } = modelOf(codeBuildSchemas).operations.get("CreateProject")!;
  const validate = compileValidator(requiredMembers(input), input.getName()!);
  const project = {
    name: "web",
    source: { type: "CODEPIPELINE" },
    artifacts: { type: "CODEPIPELINE" },
    environment: { type: "LINUX_CONTAINER", image: "host", environmentVariables: [null, { name: "A" }] },
    serviceRole: "arn:aws:iam::000000000000:role/build",
    tags: [{ key: "a" }],
  };
  const at = (path: string) => `Value at '${path}' failed to satisfy constraint: Member must not be null`;
  expect(() => validate(compileDecoder(input)(project))).toThrow(
    `3 validation errors detected: ${[
      at("environment.computeType"),
      at("environment.environmentVariables.1.member"),
      at("environment.environmentVariables.2.member.value"),
    ].join("; ")}`,
  );
});

test("no pattern takes long on what doesn't match it", () => {
  const probes = (text: string) => [
    text.repeat(8_000),
    `${text.repeat(8_000)}\n`,
    `arn:aws:iam::${text.repeat(8_000)}\n`,
  ];
  const texts = ["a", "-a", ":123456789012:", "arn:aws:codepipeline:a:123456789012:x", "0", "*"].flatMap(
    probes,
  );
  for (const [name, shape] of Object.entries(table.shapes)) {
    if (shape.type !== "string" || shape.pattern === undefined) continue;
    expect(shape.max ?? 0).toBeLessThanOrEqual(8_192);
    const validate = compileValidator(
      { shapes: { Root: { type: "structure", members: { value: name } }, [name]: shape } },
      "Root",
    );
    // Of this thread alone: what else the machine does is none of the pattern's time.
    const before = process.threadCpuUsage();
    for (const value of texts) {
      try {
        validate({ value });
      } catch {}
    }
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000, name).toBeLessThan(500);
  }
});

test("a pipeline of 100 actions is validated in less than a millisecond", () => {
  const action = (at: number) => ({
    ...source,
    name: `Action${at}`,
    configuration: { S3Bucket: "bucket", S3ObjectKey: "key.zip" },
    inputArtifacts: [{ name: "In" }],
    outputArtifacts: [{ name: `Out${at}` }],
    runOrder: 1,
  });
  const stages = Array.from({ length: 10 }, (_, stage) => ({
    name: `Stage${stage}`,
    actions: Array.from({ length: 10 }, (_, at) => action(at)),
  }));
  const { input } = model.operations.get("CreatePipeline")!;
  const decoded = compileDecoder(input)(pipelineWith({ stages }));
  const validate = compileValidator(table, "CreatePipelineInput");
  const times = Array.from({ length: 200 }, () => {
    const started = performance.now();
    validate(decoded);
    return performance.now() - started;
  });
  expect(Math.min(...times)).toBeLessThan(1);
});
