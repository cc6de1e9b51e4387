/** Every operation, every member, every constraint of CodePipeline's model (api.md §1.4), through the pipe's own steps. */
import { describe, expect, test } from "vitest";
import type { ConstraintTable } from "../../src/services/aws-json/constraints.ts";
import { AwsError } from "../../src/services/aws-json/error.ts";
import { parseJson } from "../../src/services/aws-json/parse.ts";
import { planOperations } from "../../src/services/aws-json/plan.ts";
import constraints from "../../src/services/codepipeline/constraints.json" with { type: "json" };
import { codePipeline } from "../../src/services/codepipeline/index.ts";
import { type Case, createWalk } from "./support/walk.ts";

const plans = planOperations([codePipeline]);
const operations = [...plans.values()].map(({ name }) => name);
const { casesOf, worst } = createWalk(constraints as ConstraintTable);

/** What the pipe says of a request's text before it asks who may do that; undefined when nothing. */
function saidOf(operation: string, request: unknown): string | undefined {
  const plan = plans.get(`CodePipeline_20150709.${operation}`)!;
  try {
    plan.validate(plan.decode(parseJson(Buffer.from(JSON.stringify(request)))));
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.code === "ValidationException" ? error.message : error.code;
  }
}

function expected({ told }: Case): string | undefined {
  if (typeof told === "string") return told;
  if (told.length === 0) return undefined;
  return `${told.length} validation error${told.length === 1 ? "" : "s"} detected: ${told.join("; ")}`;
}

let asked = 0;

describe("api.md §1.4: just inside passes, just outside is told with its path and AWS's words", () => {
  test.each(operations)("%s", (operation) => {
    const wrong: object[] = [];
    for (const one of casesOf(`${operation}Input`)) {
      asked++;
      const said = saidOf(operation, one.request);
      if (said !== expected(one)) wrong.push({ request: one.request, said, expected: expected(one) });
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test("these are thousands of cases", () => {
    expect(asked).toBeGreaterThan(5_000);
  });
});

describe("one answer lists every violated constraint, in the order of the model (inferred: api.md §1.4)", () => {
  test.each(operations)("%s", (operation) => {
    const { value, told } = worst(`${operation}Input`, []);
    const said = saidOf(operation, value);
    if (told.length === 0) return expect(said).toBeUndefined();
    const [count, list] = said!.split(/ validation errors? detected: /);
    expect(count).toBe(String(told.length));
    expect(list).toBe(told.slice(0, 100).join("; "));
  });
});
