import { describe, expect, it } from "vitest";
import { compile } from "../../src/services/codepipeline/compile.ts";
import {
  hideSecrets,
  isAsterisks,
  keepSecrets,
  sealSecrets,
} from "../../src/services/codepipeline/secrets.ts";
import { access } from "./support/access.ts";
import { jenkins, normalized, SCOPE, typesWith } from "./support/checking.ts";
import { pipeline, source, stage } from "./support/declarations.ts";

const types = typesWith(jenkins);

const declared = (
  configuration: Record<string, string>,
  { name = "Work", version = "1", stage: stageName = "Work" } = {},
) =>
  normalized(
    pipeline({
      stages: [
        stage("Source", source()),
        stage(stageName, {
          name,
          actionTypeId: { category: "Build", owner: "Custom", provider: "Jenkins", version },
          configuration: { ProjectName: "app", ...configuration },
        }),
      ],
    }),
  );
const token = (declaration: ReturnType<typeof declared>) =>
  declaration.stages[1]?.actions[0]?.configuration.Token;
const stored = sealSecrets(declared({ Token: "s3cr3t" }), types, access);

describe("api.md §6: secrets in configurations", () => {
  it("A13 are nowhere in what is stored, and asterisks where it is shown", () => {
    expect(JSON.stringify(compile(stored, SCOPE, types))).not.toContain("s3cr3t");
    expect(token(hideSecrets(stored, access))).toBe("****");
    expect(stored.stages[1]?.actions[0]?.configuration.ProjectName).toBe("app");
  });

  it("are kept for asterisks, and sealed once only", () => {
    const kept = sealSecrets(keepSecrets(declared({ Token: "*****" }), stored, types), types, access);
    expect(token(kept)).toBe(token(stored));
  });

  it("are replaced by another value", () => {
    expect(token(keepSecrets(declared({ Token: "new" }), stored, types))).toBe("new");
  });

  it.each([
    ["another action name", declared({ Token: "****" }, { name: "Other" })],
    ["another stage name", declared({ Token: "****" }, { stage: "Other" })],
    ["another type", declared({ Token: "****" }, { version: "2" })],
    ["another value of the action", declared({ Token: "****", ProjectName: "other" })],
  ])("are not kept for %s", (_, declaration) => {
    expect(token(keepSecrets(declaration, stored, types))).toBe("****");
  });

  it("a text that only looks sealed is shown as it is", () => {
    const forged = declared({ ProjectName: "sealed-secret:abc" });
    expect(hideSecrets(forged, access)).toEqual(forged);
  });

  it.each([
    ["****", true],
    ["********", true],
    ["***", false],
    ["**** ", false],
    ["", false],
  ])("%j stands for a stored secret: %s", (text, stands) => {
    expect(isAsterisks(text)).toBe(stands);
  });
});
