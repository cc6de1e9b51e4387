/** Random pipelines, for properties. */
import fc from "fast-check";
import type {
  ActionDefinition,
  ConditionDefinition,
  ExecutionMode,
  FailureDefinition,
  RuleDefinition,
  StageDefinition,
} from "../../../src/core/engine/index.ts";
import { rule, variableCheck } from "./definitions.ts";

export const MODES: readonly ExecutionMode[] = ["SUPERSEDED", "QUEUED", "PARALLEL"];

/** Where some of the actions and rules are; what they take from elsewhere is copied there. */
const FAR = "eu-west-1";

export interface Plan {
  readonly stages: Readonly<Record<string, string>>;
  readonly actions: Readonly<Record<string, Partial<ActionDefinition>>>;
  readonly conditions: Readonly<Record<string, Conditions>>;
  readonly mode: ExecutionMode;
  readonly regions: readonly string[];
}

type Conditions = Omit<StageDefinition, "name" | "actions">;

/** Most are decided by a worker; the others at once, when Monday comes, or never: the reference may have no value. */
const ruleOf: Readonly<Record<string, (name: string) => RuleDefinition>> = {
  asked: (name) => rule(name),
  asks: (name) => rule(name, "Commands", { inputs: ["O-s1"], commands: ["see #{N-s1.value}"] }),
  far: (name) => rule(name, "Commands", { inputs: ["O-s1"], region: FAR }),
  passes: (name) => variableCheck(name, "a", "a"),
  fails: (name) => variableCheck(name, "a", "b"),
  refers: (name) => variableCheck(name, "#{N-s2.value}", "v"),
  monday: (name) => rule(name, "DeploymentWindow", { configuration: { Cron: "0 * * ? * MON *" } }),
};
const rules = fc
  .array(
    fc.constantFrom(
      "asked",
      "asked",
      "asked",
      "asks",
      "far",
      "passes",
      "passes",
      "fails",
      "refers",
      "monday",
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((kinds) => kinds.map((kind, index) => ruleOf[kind]!(`${kind}${index}`)));

function conditionOf<R extends "FAIL" | "SKIP" | "ROLLBACK">(...results: R[]) {
  return fc.record({ result: fc.constantFrom(...results), rules }) as fc.Arbitrary<ConditionDefinition<R>>;
}

/** Also what is refused at create for its mode, which a change of the mode alone would bring about. */
const failure: fc.Arbitrary<FailureDefinition> = fc.oneof(
  fc.constant({ result: "ROLLBACK" } as const),
  fc.constantFrom("FAILED_ACTIONS" as const, "ALL_ACTIONS" as const).map((retryMode) => ({
    result: "RETRY" as const,
    retryMode,
  })),
  conditionOf("FAIL", "ROLLBACK").map((condition) => ({ condition })),
);

const conditions: fc.Arbitrary<Conditions> = fc.record(
  {
    beforeEntry: conditionOf("FAIL", "SKIP"),
    onSuccess: conditionOf("FAIL", "ROLLBACK"),
    onFailure: failure,
  },
  { requiredKeys: [] },
);

/** Two to four stages of up to three groups; actions hand on artifacts and variables, some are approvals. */
export const plans: fc.Arbitrary<Plan> = fc
  .record({
    shape: fc.array(
      fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    links: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
    far: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
    mode: fc.constantFrom(...MODES),
    gates: fc.array(
      fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: conditions }),
      {
        minLength: 3,
        maxLength: 3,
      },
    ),
  })
  .map(({ shape, links, far, mode, gates }) => {
    const stages: Record<string, string> = { S: "s1 | s2" };
    const actions: Record<string, Partial<ActionDefinition>> = { s1: producer("s1"), s2: producer("s2") };
    const before = ["s1", "s2"];
    let link = 0;
    shape.forEach((groups, stage) => {
      stages[`T${stage}`] = groups
        .map((group, order) => {
          const names = group.map((_, index) => `a${stage}${order}${index}`);
          names.forEach((name, index) => {
            const from = before[(links[link++ % links.length] ?? 0) % before.length]!;
            const region = far[link % far.length] ? FAR : "us-east-1";
            const takes = { region, inputs: [`O-${from}`], configuration: { seen: `#{N-${from}.value}` } };
            actions[name] = group[index] ? { ...producer(name), ...takes } : { timeoutMinutes: 10 };
          });
          before.push(...names.filter((_, index) => group[index]));
          return names.map((name, index) => (group[index] ? name : `${name}!`)).join(" | ");
        })
        .join(" ; ");
    });
    const conditions = Object.fromEntries(gates.map((gate, stage) => [`T${stage}`, gate]));
    return { stages, actions, mode, conditions, regions: [FAR] };
  });

function producer(name: string): Partial<ActionDefinition> {
  return { namespace: `N-${name}`, outputs: [{ name: `O-${name}` }] };
}
