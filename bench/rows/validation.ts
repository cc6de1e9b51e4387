/** What the model's constraints cost a large request. */
import { parseJson } from "../../src/services/aws-json/parse.ts";
import { planOperations } from "../../src/services/aws-json/plan.ts";
import { codePipeline } from "../../src/services/codepipeline/index.ts";
import { customTypes, ROLE } from "../support/pipelines.ts";
import { inTurns, rigOf } from "../support/rig.ts";
import type { Row } from "../support/row.ts";

const MOST_MS = 1;
const REQUESTS = 20;

export const validation: Row = {
  name: "validation",
  what: "validation of a CreatePipeline of 100 actions, against reading its JSON",
  budget: `< ${MOST_MS} ms`,

  async measure() {
    const plan = planOperations([codePipeline]).get("CodePipeline_20150709.CreatePipeline");
    if (plan === undefined) throw new Error("there is no CreatePipeline");
    const body = Buffer.from(JSON.stringify({ pipeline: hundredActions() }));
    const input = plan.decode(parseJson(body));
    const times = (work: () => void) =>
      rigOf(async () => {
        for (let request = 0; request < REQUESTS; request++) work();
      });
    const rigs = [times(() => plan.validate(input)), times(() => JSON.parse(body.toString()))];
    const rates = await inTurns(rigs, { rounds: 200, warmUp: 50 });
    const [validate = Number.NaN, read = Number.NaN] = rates.map((rate) => 1_000 / rate / REQUESTS);
    return {
      measured: micros(validate),
      baseline: micros(read),
      ratio: validate / read,
      holds: validate < MOST_MS,
    };
  },
};

function micros(milliseconds: number): string {
  return `${(milliseconds * 1_000).toFixed(0)} µs`;
}

/** Ten stages of ten actions, each with what most actions have. */
function hundredActions(): object {
  const { source, test } = customTypes("Bench");
  const stages = Array.from({ length: 10 }, (_, stage) => ({
    name: `Stage${stage}`,
    actions: Array.from({ length: 10 }, (_, action) => ({
      name: `Action${action}`,
      actionTypeId: stage === 0 ? source : test,
      runOrder: action + 1,
      configuration: { ProjectName: "app", Branch: "main", Depth: "10" },
      inputArtifacts: stage === 0 ? [] : [{ name: "Code" }],
      outputArtifacts: [{ name: `Out_${stage}_${action}` }],
      region: "us-east-1",
      namespace: `ns_${stage}_${action}`,
    })),
  }));
  return { name: "hundred", roleArn: ROLE, pipelineType: "V2", stages };
}
