import { GetPipelineOutput$, PollForJobsOutput$ } from "@aws-sdk/client-codepipeline";
import { JsonCodec2 } from "@smithy/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import { expect, test } from "vitest";
import { compileEncoder, lasting } from "../../src/services/aws-json/encode.ts";

const declaration = {
  name: "app",
  version: 3,
  stages: [
    {
      name: "Sourcé \u2028",
      actions: [
        {
          name: 'quoted "name"',
          configuration: { Branch: "main\n", Absent: undefined },
          outputArtifacts: [{ name: "Code" }],
          commands: [],
        },
      ],
    },
  ],
};
const outputs = [
  [
    GetPipelineOutput$,
    { pipeline: declaration, metadata: { created: new Date(1_700_000_000_123), updated: new Date(0) } },
  ],
  [GetPipelineOutput$, {}],
  [PollForJobsOutput$, { jobs: [{ id: "1", data: { pipelineContext: { stage: {} } } }, null] }],
] as const;

test.each(outputs)("an answer is what the SDK's own serialiser writes (%#)", (schema, output) => {
  const normalized = NormalizedSchema.of(schema);
  const encoded = JSON.parse(compileEncoder(normalized)(output));
  const serializer = new JsonCodec2({
    timestampFormat: { useTrait: true, default: 7 },
    jsonName: false,
  }).createSerializer();
  serializer.write(normalized, output);
  expect(encoded).toEqual(JSON.parse(new TextDecoder().decode(serializer.flush() as Uint8Array)));
});

test("what the model lacks is left out, at every depth, and an operation without output answers nothing (api.md §1.2)", () => {
  const encode = compileEncoder(NormalizedSchema.of(GetPipelineOutput$));
  const output = { secret: 1, pipeline: { secret: 1, __type: "x", name: "app" } };
  expect(encode(output)).toBe('{"pipeline":{"name":"app"}}');
  expect(compileEncoder(undefined)({})).toBe("");
});

test("what lasts is encoded once, and by itself or inside an answer the same", () => {
  const encode = compileEncoder(NormalizedSchema.of(GetPipelineOutput$));
  const pipeline = lasting({ name: "app", version: 1 });
  const fresh = encode({ pipeline: { name: "app", version: 1 } });
  expect(encode({ pipeline })).toBe(fresh);
  pipeline.version = 2;
  expect(encode({ pipeline, metadata: {} })).toBe(fresh.replace(/}$/, ',"metadata":{}}'));
});
