/** Number, order and names of stages (api.md §5.1, §5.2). */
import type { Stage } from "../declaration.ts";
import { type Check, type Finding, first, firstRepeated, type Subject } from "./check.ts";
import { checkConditions } from "./conditions.ts";
import { invalidBlocker, invalidStage, invalidStructure } from "./findings.ts";

const MOST_STAGES = 50;
const MOST_ACTIONS_OF_STAGE = 50;
const MOST_ACTIONS = 500;

export const checkStages: Check = (subject) =>
  first(
    [
      checkCounts,
      checkSources,
      checkActionCount,
      checkNames,
      checkActionsPerStage,
      checkConditions,
      checkBlockers,
    ]
      .values()
      .map((check) => check(subject)),
  );

function checkCounts({ declaration: { stages } }: Subject): Finding {
  if (stages.length < 2) {
    return invalidStructure(
      `Pipeline has only ${stages.length} stage(s). There should be a minimum of 2 stages in a pipeline`,
    );
  }
  if (stages.length > MOST_STAGES) {
    return invalidStructure("Pipeline has too many stages. There can only be up to 50 stages in a pipeline");
  }
  return undefined;
}

function checkSources({ declaration: { stages } }: Subject): Finding {
  const [start, ...others] = stages;
  if (
    start === undefined ||
    start.actions.length === 0 ||
    start.actions.some((action) => !isSource(action))
  ) {
    return invalidStructure("Pipeline should start with a stage that only contains source actions");
  }
  if (others.some((stage) => stage.actions.some(isSource))) {
    return invalidStructure("Source actions can only be included in the first stage of the pipeline");
  }
  if (others.every((stage) => stage.actions.length === 0)) {
    return invalidStructure("Pipeline should contain at least 1 action whose category is not Source");
  }
  return undefined;
}

function checkActionCount({ declaration: { stages } }: Subject): Finding {
  const count = stages.reduce((sum, stage) => sum + stage.actions.length, 0);
  if (count <= MOST_ACTIONS) return undefined;
  return invalidStructure(
    `Pipeline has ${count} actions. There can only be up to ${MOST_ACTIONS} actions in a pipeline`,
  );
}

function checkNames({ declaration: { stages } }: Subject): Finding {
  const repeated = firstRepeated(stages, (stage) => stage.name);
  return repeated && invalidStage(`Stage name '${repeated.name}' is used more than once`);
}

function checkActionsPerStage({ declaration: { stages } }: Subject): Finding {
  const wrong = stages.find(({ actions }) => actions.length < 1 || actions.length > MOST_ACTIONS_OF_STAGE);
  return (
    wrong &&
    invalidStage(
      `Stage '${wrong.name}' has ${wrong.actions.length} action(s). There should be a minimum of 1 and a maximum of ${MOST_ACTIONS_OF_STAGE} actions in a stage`,
    )
  );
}

function checkBlockers({ declaration: { stages } }: Subject): Finding {
  const blocked = stages.find((stage) => (stage.blockers ?? []).length > 0);
  return (
    blocked && invalidBlocker(`Stage '${blocked.name}' declares blockers. They are reserved: leave them out`)
  );
}

function isSource(action: Stage["actions"][number]): boolean {
  return action.actionTypeId.category === "Source";
}
