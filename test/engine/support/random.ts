/** Random pipelines and random happenings, for properties. A step is plain numbers, so that failures shrink. */
import fc from "fast-check";
import type {
  ActionDefinition,
  Command,
  ConditionDefinition,
  ExecutionMode,
  FailureDefinition,
  RuleDefinition,
  StageDefinition,
} from "../../../src/core/engine/index.ts";
import { rule, variableCheck } from "./definitions.ts";
import { type Driver, reportOf } from "./driver.ts";
import { DAY, MINUTE } from "./pipeline.ts";

const MODES: readonly ExecutionMode[] = ["SUPERSEDED", "QUEUED", "PARALLEL"];

export interface Plan {
  readonly stages: Readonly<Record<string, string>>;
  readonly actions: Readonly<Record<string, Partial<ActionDefinition>>>;
  readonly conditions: Readonly<Record<string, Conditions>>;
  readonly mode: ExecutionMode;
}

type Conditions = Omit<StageDefinition, "name" | "actions">;

/** Most are decided by a worker; the others at once, when Monday comes, or never: the reference may have no value. */
const ruleOf: Readonly<Record<string, (name: string) => RuleDefinition>> = {
  asked: (name) => rule(name),
  asks: (name) => rule(name, "Commands", { inputs: ["O-s1"], commands: ["see #{N-s1.value}"] }),
  passes: (name) => variableCheck(name, "a", "a"),
  fails: (name) => variableCheck(name, "a", "b"),
  refers: (name) => variableCheck(name, "#{N-s2.value}", "v"),
  monday: (name) => rule(name, "DeploymentWindow", { configuration: { Cron: "0 * * ? * MON *" } }),
};
const rules = fc
  .array(
    fc.constantFrom("asked", "asked", "asked", "asks", "passes", "passes", "fails", "refers", "monday"),
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
      fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    links: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
    mode: fc.constantFrom(...MODES),
    // Most stages have none.
    gates: fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: conditions }),
      {
        minLength: 3,
        maxLength: 3,
      },
    ),
  })
  .map(({ shape, links, mode, gates }) => {
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
            const takes = { inputs: [`O-${from}`], configuration: { seen: `#{N-${from}.value}` } };
            actions[name] = group[index] ? { ...producer(name), ...takes } : { timeoutMinutes: 10 };
          });
          before.push(...names.filter((_, index) => group[index]));
          return names.map((name, index) => (group[index] ? name : `${name}!`)).join(" | ");
        })
        .join(" ; ");
    });
    const conditions = Object.fromEntries(gates.map((gate, stage) => [`T${stage}`, gate]));
    return { stages, actions, mode, conditions };
  });

function producer(name: string): Partial<ActionDefinition> {
  return { namespace: `N-${name}`, outputs: [{ name: `O-${name}` }] };
}

export interface Step {
  readonly what: number;
  readonly which: number;
  readonly how: number;
}

export const steps = fc.array(fc.record({ what: fc.nat(111), which: fc.nat(), how: fc.nat(7) }), {
  minLength: 1,
  maxLength: 80,
  // Most interesting stories are long ones.
  size: "max",
});

/** Does what the step says, where it can be done; refusals are as good as done. */
export function take(p: Driver, { what, which, how }: Step): void {
  const pick = <T>(list: readonly T[]): T | undefined =>
    list.length === 0 ? undefined : list[which % list.length];
  const stage = pick(Object.keys(p.state.stages)) ?? "S";
  const executionId = pick(p.ids) ?? "nobody";

  if (what < 15) {
    p.decide(starting(how));
  } else if (what < 60) {
    // An old job now and then: its report must change nothing.
    const jobs = [...p.jobs.values()].filter(({ state }) => how === 7 || state === "open");
    const job = pick(jobs);
    if (job !== undefined) p.decide(reporting(job, how));
  } else if (what < 70) answerSome(p, which, how);
  else if (what < 76) p.decide({ type: "stop", executionId, abandon: how % 2 === 0 });
  else if (what < 84) {
    p.decide({
      type: "retryStage",
      executionId,
      stage,
      mode: how % 2 === 0 ? "FAILED_ACTIONS" : "ALL_ACTIONS",
    });
  } else if (what < 92) {
    const direction = how % 2 === 0 ? "Inbound" : "Outbound";
    p.decide({ type: "setTransition", stage, direction, enabled: how < 5, by: "me" });
  } else if (what < 95) {
    p.now += [MINUTE, 5 * MINUTE, 11 * MINUTE, 61 * MINUTE, DAY, 31 * DAY, -MINUTE, 0][how]!;
    p.fireDue();
  } else if (what >= 106) {
    const condition = how % 2 === 0 ? "BEFORE_ENTRY" : "ON_SUCCESS";
    p.decide({ type: "overrideCondition", executionId, stage, condition });
  } else if (what >= 100) {
    const trigger = { type: "ManualRollback", detail: "{}" };
    p.decide({ type: "rollbackStage", stage, targetId: executionId, trigger });
  } else {
    // Now and then without a stage, which the next update brings back (E11.6).
    const later = p.definitions.get(1)!.stages.slice(1);
    p.renew(MODES[how % MODES.length]!, how < 4 ? pick(later)?.name : undefined);
  }
}

function starting(how: number): Command {
  const trigger = { type: "StartPipelineExecution", detail: "me" };
  return {
    type: "start",
    trigger,
    variables: {},
    revisions: {},
    origin: how % 2 === 0 ? "caller" : "trigger",
  };
}

function reporting(job: Parameters<typeof reportOf>[0], how: number): Command {
  const report = reportOf(job);
  const value = `v-${job.id}`;
  switch (how) {
    case 0:
      return { type: "jobFailed", ...report, error: { code: "JobFailed", message: "no" } };
    case 1:
      return { type: "jobContinued", ...report, details: {}, continuationToken: "t", delay: 0 };
    case 2:
      return { type: "jobContinued", ...report, details: {}, continuationToken: "t", delay: 5 * MINUTE };
    case 3:
      return { type: "jobLost", ...report };
    default:
      // Now and then the variable that others ask for is missing (E4.8).
      return { type: "jobSucceeded", ...report, details: {}, variables: how === 4 ? {} : { value } };
  }
}

function answerSome(p: Driver, which: number, how: number): void {
  const approvals = [...p.history.values()].filter(({ type }) => type.category === "Approval");
  const asked = approvals[which % Math.max(1, approvals.length)];
  if (asked === undefined) return;
  const { stage, action, actionExecutionId: token, executionId } = asked;
  const status = how < 5 ? "Approved" : "Rejected";
  p.decide({ type: "answerApproval", stage, action, token, executionId, status, summary: "", by: "boss" });
}
