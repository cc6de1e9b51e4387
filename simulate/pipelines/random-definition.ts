/** Random pipelines: two to four stages of up to three groups, that hand on artifacts and variables. */
import type {
  ActionDefinition,
  ActionTypeId,
  ConditionDefinition,
  Definition,
  FailureDefinition,
  RuleDefinition,
  StageDefinition,
} from "../../src/core/engine/index.ts";
import type { Random } from "../random.ts";
import { APPROVAL, BUILD, CUSTOM, LAMBDA, RULE, SOURCE, VARIABLE_CHECK, WINDOW } from "./types.ts";

const MODES = ["SUPERSEDED", "QUEUED", "PARALLEL"] as const;

/** Where some actions and rules are: what they take from elsewhere is copied there (E3.7). */
const FAR = "eu-west-1";

const randomRegion = (random: Random) => (random.below(3) === 0 ? FAR : "us-east-1");

export type Unversioned = Omit<Definition, "version">;

export function randomDefinition(random: Random, name: string, account: string): Unversioned {
  const mode = MODES[random.below(MODES.length)] ?? "SUPERSEDED";
  const made: string[] = [];
  const stages: StageDefinition[] = [];
  const count = 2 + random.below(3);
  for (let index = 0; index < count; index++)
    stages.push(randomStage(random, index, made, mode === "PARALLEL"));
  return {
    pipelineName: name,
    account,
    region: "us-east-1",
    mode,
    variables: [{ name: "Env", defaultValue: "dev" }, ...(random.below(6) === 0 ? [{ name: "Needed" }] : [])],
    stores: { "us-east-1": { bucket: "artifacts" }, [FAR]: { bucket: "far" } },
    stages,
  };
}

function randomStage(random: Random, index: number, made: string[], parallel: boolean): StageDefinition {
  const actions: ActionDefinition[] = [];
  const groups = index === 0 ? 1 : 1 + random.below(3);
  for (let group = 1; group <= groups; group++) {
    const names: string[] = [];
    for (let one = 0; one <= random.below(index === 0 ? 2 : 3); one++) names.push(`a${index}${group}${one}`);
    for (const name of names) actions.push(randomAction(random, name, group, index === 0, made));
    made.push(
      ...actions
        .filter(({ runOrder, outputs }) => runOrder === group && outputs.length > 0)
        .map(({ name }) => name),
    );
  }
  return { name: `T${index}`, actions, ...randomConditions(random, index, made, parallel) };
}

function randomAction(
  random: Random,
  name: string,
  runOrder: number,
  source: boolean,
  made: readonly string[],
): ActionDefinition {
  const kind = source ? SOURCE : ([BUILD, BUILD, CUSTOM, LAMBDA, LAMBDA, APPROVAL][random.below(6)] ?? BUILD);
  const approval = kind === APPROVAL;
  const from = made.length > 0 && random.below(2) === 0 ? made[random.below(made.length)] : undefined;
  return {
    name,
    runOrder,
    type: kind,
    configuration: {
      env: source ? "" : "#{variables.Env}",
      ...(kind === LAMBDA && { FunctionName: "f-#{variables.Env}" }),
      ...(from !== undefined && { seen: `#{N-${from}.value}` }),
    },
    inputs: from !== undefined && !approval ? [`O-${from}`] : [],
    outputs: approval ? [] : [{ name: `O-${name}` }],
    ...(!approval && { namespace: `N-${name}` }),
    region: source || approval ? "us-east-1" : randomRegion(random),
    timeoutMinutes: randomTimeout(random, kind),
  };
}

function randomTimeout(random: Random, kind: ActionTypeId): number {
  if (kind === APPROVAL) return 90;
  // A function's answer, too, may take 20 minutes (E10).
  if (kind === LAMBDA) return random.below(4) === 0 ? 20 : 24 * 60;
  return [10, 60, 24 * 60][random.below(3)] ?? 60;
}

function randomConditions(
  random: Random,
  index: number,
  made: readonly string[],
  parallel: boolean,
): Pick<StageDefinition, "beforeEntry" | "onSuccess" | "onFailure"> {
  const rolls = index > 0;
  return {
    ...(rolls && random.below(4) === 0 && { beforeEntry: randomEntry(random, index, made) }),
    ...(random.below(4) === 0 && {
      onSuccess: {
        result: rolls && random.below(2) === 0 ? ("ROLLBACK" as const) : ("FAIL" as const),
        rules: randomRules(random, `s${index}`, made),
      },
    }),
    ...(random.below(2) === 0 && { onFailure: randomFailure(random, index, made, rolls && !parallel) }),
  };
}

function randomEntry(
  random: Random,
  index: number,
  made: readonly string[],
): ConditionDefinition<"FAIL" | "SKIP"> {
  const skip = random.below(2) === 0;
  return {
    result: skip ? "SKIP" : "FAIL",
    // SKIP allows of these only VariableCheck (E9.1).
    rules: skip ? [variableCheck(random, `e${index}`)] : randomRules(random, `e${index}`, made),
  };
}

function randomFailure(
  random: Random,
  index: number,
  made: readonly string[],
  rolls: boolean,
): FailureDefinition {
  const which = random.below(rolls ? 4 : 2);
  if (which === 0)
    return { result: "RETRY", retryMode: random.below(2) === 0 ? "ALL_ACTIONS" : "FAILED_ACTIONS" };
  if (which === 1) return { condition: { result: "FAIL", rules: randomRules(random, `f${index}`, made) } };
  if (which === 2) return { result: "ROLLBACK" };
  return { condition: { result: "ROLLBACK", rules: randomRules(random, `f${index}`, made) } };
}

function randomRules(random: Random, prefix: string, made: readonly string[]): RuleDefinition[] {
  const rules: RuleDefinition[] = [];
  for (let one = 0; one <= random.below(2); one++) rules.push(randomRule(random, `${prefix}${one}`, made));
  return rules;
}

function randomRule(random: Random, name: string, made: readonly string[]): RuleDefinition {
  const which = random.below(4);
  if (which === 0) return variableCheck(random, name);
  if (which === 1) {
    const configuration = { Cron: `0 ${random.below(60)} * * * ?` };
    return {
      ...plainRule(name),
      type: WINDOW,
      configuration,
      ...(random.below(2) === 0 && { timeoutMinutes: 20 }),
    };
  }
  const from = made.length > 0 && random.below(3) === 0 ? made[random.below(made.length)] : undefined;
  return {
    ...plainRule(name),
    type: RULE,
    configuration: from === undefined ? {} : { seen: `#{N-${from}.value}` },
    inputs: from === undefined ? [] : [`O-${from}`],
    region: randomRegion(random),
    ...(random.below(2) === 0 && { timeoutMinutes: 30 }),
  };
}

function variableCheck(random: Random, name: string): RuleDefinition {
  const configuration = {
    Variable: "#{variables.Env}",
    Value: random.below(3) === 0 ? "prod" : "dev",
    Operator: "EQ",
  };
  return { ...plainRule(name), type: VARIABLE_CHECK, configuration };
}

function plainRule(name: string): Omit<RuleDefinition, "type" | "configuration"> {
  return { name, inputs: [], region: "us-east-1" };
}
