import { describe, expect, it } from "vitest";
import { finding } from "../support/checking.ts";
import { approval, pipeline, source, stage } from "../support/declarations.ts";

describe("api.md §5.1, §5.2: number, order and names of stages", () => {
  it("passes the smallest pipeline", () => {
    expect(finding(pipeline())).toBeUndefined();
  });

  it("needs two stages", () => {
    expect(finding(pipeline({ stages: [stage("Source", source())] }))).toBe(
      "InvalidStructureException: Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline",
    );
  });

  it("takes 50 stages and no more", () => {
    const many = (count: number) =>
      pipeline({
        stages: [
          stage("Source", source()),
          ...Array.from({ length: count - 1 }, (_, i) => stage(`S${i}`, approval())),
        ],
      });
    expect(finding(many(50))).toBeUndefined();
    expect(finding(many(51))).toBe(
      "InvalidStructureException: Pipeline has too many stages. There can only be up to 50 stages in a pipeline",
    );
  });

  it.each([
    ["another action", [source(), approval()]],
    ["no action", []],
  ])("refuses a first stage with %s", (_, actions) => {
    expect(finding(pipeline({ stages: [stage("Source", ...actions), stage("Deploy", approval())] }))).toBe(
      "InvalidStructureException: Pipeline should start with a stage that only contains source actions",
    );
  });

  it("refuses sources in later stages", () => {
    const late = source({ name: "Late", outputArtifacts: [{ name: "More" }] });
    expect(
      finding(pipeline({ stages: [stage("Source", source()), stage("Deploy", approval(), late)] })),
    ).toBe(
      "InvalidStructureException: Source actions can only be included in the first stage of the pipeline",
    );
  });

  it("needs something that isn't a source", () => {
    expect(finding(pipeline({ stages: [stage("Source", source()), stage("Deploy")] }))).toBe(
      "InvalidStructureException: Pipeline should contain at least 1 action whose category is not Source",
    );
  });

  it("takes 500 actions and no more", () => {
    const fifty = (s: number, count = 50) =>
      stage(`S${s}`, ...Array.from({ length: count }, (_, i) => approval({ name: `A${i}` })));
    const stages = Array.from({ length: 9 }, (_, s) => fifty(s));
    const full = [stage("Source", source()), ...stages, fifty(9, 49)];
    expect(finding(pipeline({ stages: full }))).toBeUndefined();
    expect(finding(pipeline({ stages: [...full, fifty(10, 1)] }))).toBe(
      "InvalidStructureException: Pipeline has 501 actions. There can only be up to 500 actions in a pipeline",
    );
  });

  it("needs unique stage names", () => {
    expect(
      finding(
        pipeline({ stages: [stage("One", source()), stage("Two", approval()), stage("Two", approval())] }),
      ),
    ).toBe("InvalidStageDeclarationException: Stage name 'Two' is used more than once");
  });

  it.each([0, 51])("refuses a stage of %i actions (inferred: api.md §19.2)", (count) => {
    const actions = Array.from({ length: count }, (_, i) => approval({ name: `A${i}` }));
    const stages = [stage("Source", source()), stage("Ok", approval()), stage("Deploy", ...actions)];
    expect(finding(pipeline({ stages }))).toBe(
      `InvalidStageDeclarationException: Stage 'Deploy' has ${count} action(s). There should be a minimum of 1 and a maximum of 50 actions in a stage`,
    );
  });

  it("refuses blockers, which are reserved (inferred: api.md §5.2)", () => {
    const blocked = { ...stage("Deploy", approval()), blockers: [{ name: "b", type: "Schedule" as const }] };
    expect(finding(pipeline({ stages: [stage("Source", source()), blocked] }))).toBe(
      "InvalidBlockerDeclarationException: Stage 'Deploy' declares blockers. They are reserved: leave them out",
    );
    expect(
      finding(pipeline({ stages: [stage("Source", source()), { ...stage("D", approval()), blockers: [] }] })),
    ).toBeUndefined();
  });

  it("answers the first finding of a declaration that is wrong in many ways (api.md §1.4)", () => {
    const worst = pipeline({
      stages: [{ ...stage("x", approval()), blockers: [{ name: "b", type: "Schedule" }] }],
    });
    expect(finding(worst)).toMatch(/^InvalidStructureException: Pipeline has only 1 stage/);
  });
});
