import fc from "fast-check";
import { expect, test } from "vitest";
import { type Command, type Decision, decide, type World } from "../../src/core/engine/index.ts";
import { Driver as ScenarioDriver } from "./support/driver.ts";
import { checkInvariants, isHeldBack } from "./support/invariants.ts";
import { type Plan, plans } from "./support/plans.ts";
import { type Step, steps, take } from "./support/stories.ts";

/** Many more in the hunt for a bug: RUNS=20000. A failure prints its seed and path, which replay it. */
const numRuns = Number(process.env.RUNS ?? 100);
/** Each takes seconds; on a machine with a lot else to do, a minute. */
const patient = { timeout: numRuns * 3_000 };

/** Checks after every command, and that a decision is what it says: pure, repeatable, finished. */
class Driver extends ScenarioDriver {
  override decide(command: Command) {
    const world = deepFreeze(structuredClone(this.world));
    const env = this.env;
    let ids = 0;
    const replay = () => {
      ids = 0;
      return decide(world, command, { ...env, newId: () => `id-${++ids}`, newKey: () => `key-${++ids}` });
    };
    const once = replay();
    expect(replay(), "I37 the same again").toEqual(once);
    const before = JSON.stringify([this.state, [...this.executions]]);
    const decision = super.decide(command);
    expect(decision.kind, "I37").toBe(once.kind);
    if (decision.kind === "refused") {
      expect(JSON.stringify([this.state, [...this.executions]]), "I36 a refusal changes nothing").toBe(
        before,
      );
    }
    if (decision.kind === "done") this.#checkStarts(world, command, decision);
    if (command.type !== "delete") checkInvariants(this);
    return decision;
  }

  /** What may start, seen from before the command. */
  #checkStarts(before: World, command: Command, { effects }: Extract<Decision, { kind: "done" }>): void {
    for (const effect of effects) {
      if (effect.type !== "actionStarted") continue;
      const { executionId, version, stage, action } = effect.action;
      const { onFailure } = this.definitions.get(version)!.stages.find(({ name }) => name === stage)!;
      const byItself = onFailure?.result === "RETRY" && onFailure.retryMode === "ALL_ACTIONS";
      const over = byItself || (command.type === "retryStage" && command.mode === "ALL_ACTIONS");
      const { id, status: latest } = before.executions.get(executionId)?.runs[stage]?.actions[action] ?? {};
      if (latest === "Succeeded")
        expect(over, "I13 what succeeded starts again only by ALL_ACTIONS").toBe(true);
      const endsNow = effects.some(
        (other) => other.type === "actionChanged" && other.actionExecutionId === id && other.change.status,
      );
      expect(latest === "InProgress" && !endsNow, "I11 one attempt at a time").toBe(false);
      const { mode, version: own } = this.executions.get(executionId)!;
      expect(version, "I31 the declaration of its own version").toBe(own);
      if (mode !== "PARALLEL") expect(version, "I31 not outdated").toBe(this.state.currentVersion);
    }
    for (const effect of effects) {
      if (effect.type !== "event" || effect.event.level !== "stage" || effect.event.state !== "STARTED")
        continue;
      const entered = this.executions.get(effect.event.executionId)!;
      // Rollbacks ignore transitions (E2.8).
      if (entered.type === "ROLLBACK") continue;
      expect(isHeldBack(this, entered, effect.event.stage!), "E2.3 nobody enters past a disabled flag").toBe(
        false,
      );
    }
    const { mode } = this.definitions.get(this.state.currentVersion)!;
    const adds = ["start", "retryStage", "overrideCondition"].includes(command.type);
    const grew = this.world.liveCount > before.liveCount;
    if (adds && grew && mode !== "SUPERSEDED") {
      expect(this.world.liveCount, "I32 no more than the limit").toBeLessThanOrEqual(this.limit);
    }
  }
}

function run(plan: Plan, story: readonly Step[]): Driver {
  const p = new Driver(plan.stages, plan);
  p.limit = 4;
  for (const step of story) take(p, step);
  return p;
}

test("I1 to I37 hold after every command, whatever happens in whatever order", patient, () => {
  fc.assert(
    fc.property(plans, steps, (plan, story) => {
      run(plan, story);
    }),
    { numRuns },
  );
});

test("I25 history only grows, and rows of ended attempts never change", patient, () => {
  fc.assert(
    fc.property(plans, steps, (plan, story) => {
      const p = new Driver(plan.stages, plan);
      for (const step of story) {
        const ended = [...p.history].filter(([, row]) => row.end?.status !== undefined);
        const decided = [...p.rules].filter(([, row]) => row.end?.status !== undefined);
        take(p, step);
        for (const [id, row] of ended) expect(p.history.get(id)).toEqual(row);
        for (const [id, row] of decided) expect(p.rules.get(id)).toEqual(row);
      }
    }),
    { numRuns: numRuns / 4 },
  );
});

test("I38 after a command nothing is left to settle", patient, () => {
  fc.assert(
    fc.property(plans, steps, (plan, story) => {
      const p = run(plan, story);
      const enabled = Object.entries(p.state.stages).find(([, { inbound }]) => inbound.enabled)?.[0];
      fc.pre(enabled !== undefined);
      const nothing: Command = {
        type: "setTransition",
        stage: enabled!,
        direction: "Inbound",
        enabled: true,
        by: "me",
      };
      expect(p.decide(nothing)).toMatchObject({ kind: "done", executions: [], effects: [] });
    }),
    { numRuns: numRuns / 4 },
  );
});

test("I17 a deletion leaves nothing in progress", patient, () => {
  fc.assert(
    fc.property(plans, steps, (plan, story) => {
      const p = run(plan, story);
      p.decide({ type: "delete" });
      expect([...p.jobs.values()].filter(({ state }) => state === "open")).toEqual([]);
      expect([...p.timers.values()]).toEqual([]);
      expect([...p.executions.values()].filter(({ status }) => /InProgress|Stopping/.test(status))).toEqual(
        [],
      );
    }),
    { numRuns: numRuns / 4 },
  );
});

function deepFreeze<T>(value: T): T {
  if (value instanceof Map) for (const entry of value.values()) deepFreeze(entry);
  else if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
