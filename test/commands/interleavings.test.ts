import fc from "fast-check";
import { expect, test } from "vitest";
import { PipelineMissingError, RefusedError } from "../../src/core/commands/types.ts";
import type { Command } from "../../src/core/engine/index.ts";
import { JobError, type SuccessReport } from "../../src/core/jobs/types.ts";
import { stages, version } from "./definitions.ts";
import { type Harness, harness, startRequest } from "./harness.ts";
import { type Snapshot, snapshot, violations } from "./invariants.ts";

/** Numbers choose among what there is when the step comes. */
type Step =
  | { readonly do: "start"; readonly token: number }
  | { readonly do: "poll"; readonly max: number }
  | {
      readonly do: "acknowledge" | "renew" | "park" | "succeed" | "fail" | "continue";
      readonly job: number;
      readonly variant: number;
    }
  | { readonly do: "stop"; readonly execution: number; readonly abandon: boolean }
  | { readonly do: "retry"; readonly execution: number; readonly stage: string; readonly all: boolean }
  | { readonly do: "transition"; readonly stage: string; readonly enabled: boolean }
  | { readonly do: "answer"; readonly action: number; readonly approved: boolean }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "update"; readonly shape: number };

const SHAPES = [
  { S: "s", B: "b1 | b2 ; c", D: "a ; d" },
  { S: "s1 | s2", B: "b", D: "d" },
  { S: "s", B: "f1 | f2 ; f3", D: "d" },
  { S: "s", B: "a1 | b", D: "d1 ; d2 | f" },
].map((shape) => version(stages(shape)));

const number = fc.nat({ max: 9 });
const stage = fc.constantFrom("S", "B", "D");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("start" as const), token: fc.nat({ max: 3 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("poll" as const), max: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "acknowledge",
        "acknowledge",
        "renew",
        "park",
        "succeed",
        "succeed",
        "succeed",
        "fail",
        "continue",
      ),
      job: number,
      variant: fc.nat({ max: 1 }),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("stop" as const), execution: number, abandon: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("retry" as const), execution: number, stage, all: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("transition" as const), stage, enabled: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("answer" as const), action: number, approved: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      minutes: fc.constantFrom(0.25, 0.5, 1, 20, 60, 20_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("update" as const), shape: fc.nat({ max: 3 }) }) },
);

interface Seen {
  readonly handOuts: { id: string; nonce: string }[];
  readonly byToken: Map<number, string>;
  /** Reports that were accepted, by job: the first makes the end, its repeats are answered alike. */
  readonly accepted: Map<string, Set<string>>;
}

const pick = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(1, all.length)];

async function take(core: Harness, seen: Seen, now: Snapshot, one: Step): Promise<void> {
  switch (one.do) {
    case "start": {
      const token = { ...startRequest, ...(one.token > 0 && { clientRequestToken: `token-${one.token}` }) };
      const { executionId } = await core.commands.start(core.scope, "p", token);
      if (one.token === 0) return;
      expect(seen.byToken.get(one.token) ?? executionId, "I35").toBe(executionId);
      seen.byToken.set(one.token, executionId);
      return;
    }
    case "poll":
      for (const { id, nonce = "" } of await core.poll(one.max)) seen.handOuts.push({ id, nonce });
      return;
    case "acknowledge": {
      const handed = pick(seen.handOuts, one.job);
      if (handed !== undefined) await core.jobs.acknowledge(core.scope, handed.id, handed.nonce);
      return;
    }
    case "renew":
    case "park":
    case "succeed":
    case "fail":
    case "continue":
      return report(core, seen, one.do, pick(seen.handOuts, one.job)?.id, one.variant);
    case "stop":
      return run(core, {
        type: "stop",
        executionId: pick([...now.executions.keys()], one.execution) ?? "none",
        abandon: one.abandon,
      });
    case "retry":
      return run(core, {
        type: "retryStage",
        executionId: pick([...now.executions.keys()], one.execution) ?? "none",
        stage: one.stage,
        mode: one.all ? "ALL_ACTIONS" : "FAILED_ACTIONS",
      });
    case "transition":
      return run(core, {
        type: "setTransition",
        stage: one.stage,
        direction: "Inbound",
        enabled: one.enabled,
        by: "me",
      });
    case "answer": {
      const action = pick([...now.history.values()], one.action);
      if (action === undefined) return;
      return run(core, {
        type: "answerApproval",
        stage: action.stage,
        action: action.action,
        token: action.id,
        executionId: action.execution_id,
        status: one.approved ? "Approved" : "Rejected",
        summary: "",
        by: "me",
      });
    }
    case "pass":
      core.clock.now += one.minutes * 60_000;
      await core.jobs.expireLeases();
      await core.commands.fireTimers();
      return;
    case "update":
      await core.commands.updatePipeline(core.scope, "p", () => pick(SHAPES, one.shape)!);
  }
}

async function run(core: Harness, command: Command): Promise<void> {
  await core.run(command);
}

async function report(
  core: Harness,
  seen: Seen,
  what: "renew" | "park" | "succeed" | "fail" | "continue",
  jobId: string | undefined,
  variant: number,
): Promise<void> {
  if (jobId === undefined) return;
  if (what === "renew") return void (await core.jobs.extendLease(core.scope, jobId));
  if (what === "park") return core.jobs.park(core.scope, jobId);
  const wasClosed = (await core.job(jobId)).status === "Closed";
  const success: SuccessReport = {
    summary: `variant ${variant}`,
    ...(what === "continue" && { continuationToken: "token", delay: variant * 30_000 }),
  };
  if (what === "fail") await core.jobs.fail(core.scope, jobId, { type: "JobFailed", message: `${variant}` });
  else await core.jobs.succeed(core.scope, jobId, success);
  // A job that was closed meanwhile takes any result, without effect.
  if (wasClosed || (await core.job(jobId)).status === "Closed") return;
  const reports = seen.accepted.get(jobId) ?? new Set();
  seen.accepted.set(jobId, reports.add(`${what} ${variant}`));
}

const isRefusal = (error: unknown) =>
  error instanceof RefusedError || error instanceof JobError || error instanceof PipelineMissingError;

/** Takes the steps of a batch at once. @returns how many were refused */
async function takeTogether(
  core: Harness,
  seen: Seen,
  now: Snapshot,
  batch: readonly Step[],
): Promise<number> {
  const outcomes = await Promise.allSettled(batch.map((one) => take(core, seen, now, one)));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  for (const reason of reasons) if (!isRefusal(reason)) throw reason;
  return reasons.length;
}

test("I15, I20, I21, I25, I35, I36 hold over random steps, some of them at the same time", async () => {
  const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 15, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(batches, async (plan) => {
      const core = await harness();
      try {
        await core.commands.createPipeline(core.scope, SHAPES[0]!, {}, []);
        const seen: Seen = { handOuts: [], byToken: new Map(), accepted: new Map() };
        let before = await snapshot(core.store);
        for (const batch of plan) {
          const refused = await takeTogether(core, seen, before, batch);
          const now = await snapshot(core.store);
          expect(violations(before, now)).toEqual([]);
          if (batch.length === 1 && refused === 1) expect(now, "I36").toEqual(before);
          before = now;
        }
        expect(new Set(seen.handOuts.map(({ nonce }) => nonce)).size, "I20").toBe(seen.handOuts.length);
        for (const [job, reports] of seen.accepted) expect([job, reports.size]).toEqual([job, 1]);
      } finally {
        await core.close();
      }
    }),
    { numRuns: process.env.MILLRACE_TEST_DATABASE === "postgres" ? 8 : 30 },
  );
}, 120_000);
