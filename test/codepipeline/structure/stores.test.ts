import { describe, expect, it } from "vitest";
import { finding } from "../support/checking.ts";
import { codeBuild, pipeline, pipelineWith } from "../support/declarations.ts";

const bucket = (location: string) => ({ type: "S3" as const, location });
const far = () => pipelineWith(codeBuild({ region: "eu-west-1" }));

describe("api.md §5.4: artifact stores", () => {
  it("may be left out, and named once", () => {
    expect(finding(pipeline())).toBeUndefined();
    expect(finding(pipeline({ artifactStore: bucket("b") }))).toBeUndefined();
    expect(finding(pipeline({ artifactStores: { "us-east-1": bucket("b") } }))).toBeUndefined();
    expect(
      finding(pipeline({ artifactStore: bucket("b"), artifactStores: { "us-east-1": bucket("b") } })),
    ).toBe(
      "ValidationException: Specify either 'pipeline.artifactStore' or 'pipeline.artifactStores', not both.",
    );
  });

  it("are of real regions", () => {
    expect(finding(pipeline({ artifactStores: { "us-east-1": bucket("b"), moon: bucket("c") } }))).toBe(
      "ValidationException: The region moon specified in 'pipeline.artifactStores' is not a valid AWS Region.",
    );
  });

  it("one store can't serve actions of several regions (inferred: api.md §5.4)", () => {
    expect(finding({ ...far(), artifactStore: bucket("b") })).toBe(
      "ValidationException: Your pipeline contains actions in more than one region. Use 'pipeline.artifactStores' instead of 'pipeline.artifactStore' to declare an artifact store, such as an artifact bucket, for each region where you have an action.",
    );
  });

  it.each([
    ["eu-west-1", undefined],
    ["eu-west-1", { "us-east-1": bucket("b") }],
    ["us-east-1", { "eu-west-1": bucket("b") }],
  ])("region %s needs one (inferred: api.md §5.4)", (region, artifactStores) => {
    expect(finding({ ...far(), ...(artifactStores && { artifactStores }) })).toBe(
      `ValidationException: Your pipeline must have an artifact store, such as an artifact bucket, for each region where you have an action. The following region is missing in 'pipeline.artifactStores': ${region}.`,
    );
  });
});
