/** Why an execution hasn't entered the stage that it waits before (E2.3). */
import type { ExecutionState, TransitionState } from "../engine/index.ts";
import type { Facts } from "./facts.ts";
import type { Reason } from "./types.ts";
import { closed, counted, iso, moment, since } from "./words.ts";

export function waitingReasons(facts: Facts, execution: ExecutionState): Reason[] {
  const { waitingBefore } = execution;
  if (waitingBefore === undefined) return [];
  const { stage, since: from } = waitingBefore;
  const common = { stage, since: iso(from) };
  const wait = `It waits before stage '${stage}' ${since(from, facts.now)}`;
  const flags = disabledFlags(facts, execution, stage);
  return [
    ...flags.map(
      ({ flag, which }): Reason => ({
        ...common,
        code: "transitionDisabled",
        text: `${wait}: ${which} is disabled${disabledBy(flag, facts.now)}`,
      }),
    ),
    ...limitReason(facts, execution, stage),
    ...lockReason(facts, execution, stage, wait, common),
    ...lineReason(facts, execution, stage, wait, common),
  ];
}

interface Flag {
  readonly flag: TransitionState;
  readonly which: string;
}

/** A stage that the current version no longer has holds nobody back (E11.6). */
function disabledFlags({ pipeline, definitions }: Facts, execution: ExecutionState, stage: string): Flag[] {
  const isCurrent = definitions.get(pipeline.currentVersion)?.stages.some(({ name }) => name === stage);
  if (!isCurrent) return [];
  const order = definitions.get(execution.version)?.stages.map(({ name }) => name) ?? [];
  const before = order[order.indexOf(stage) - 1];
  const inbound = pipeline.stages[stage]?.inbound;
  const outbound = before === undefined ? undefined : pipeline.stages[before]?.outbound;
  return [
    ...(inbound && !inbound.enabled
      ? [{ flag: inbound, which: `the transition into stage '${stage}'` }]
      : []),
    ...(outbound && !outbound.enabled
      ? [{ flag: outbound, which: `the transition out of stage '${before}'` }]
      : []),
  ];
}

/** ` by … since …: "why"` with what is known, and a full stop. */
export function disabledBy({ by, at, reason }: TransitionState, now: number): string {
  const who = by === undefined ? "" : ` by ${by}`;
  const when = at === undefined ? "" : ` ${since(at, now)}`;
  return `${who}${when}${reason === undefined || reason === "" ? "." : `: "${reason}".`}`;
}

/** E2.9 */
function limitReason({ timers }: Facts, { waitingBefore }: ExecutionState, stage: string): Reason[] {
  const due = timers.get(waitingBefore?.timer ?? "")?.due;
  if (due === undefined) return [];
  return [
    {
      code: "transitionLimit",
      stage,
      until: iso(due),
      text: `If the transition isn't enabled by ${moment(due)}, 30 days after it began to wait at it, the execution is cancelled.`,
    },
  ];
}

function lockReason(
  { pipeline, executions, now }: Facts,
  { mode }: ExecutionState,
  stage: string,
  wait: string,
  common: Pick<Reason, "stage" | "since">,
): Reason[] {
  const holder = pipeline.stages[stage]?.lock;
  if (mode === "PARALLEL" || holder === undefined) return [];
  const entered = executions.get(holder)?.runs[stage]?.startedAt;
  const text = `${wait}: execution ${holder} is in it${entered === undefined ? "" : ` ${since(entered, now)}`}`;
  return [{ ...common, code: "stageLocked", executionId: holder, text: closed(text) }];
}

/** QUEUED: who is older goes first (E2.6). */
function lineReason(
  { pipeline, executions }: Facts,
  { id, seq, mode }: ExecutionState,
  stage: string,
  wait: string,
  common: Pick<Reason, "stage" | "since">,
): Reason[] {
  if (mode !== "QUEUED") return [];
  const older = (pipeline.stages[stage]?.waiting ?? []).filter((other) => {
    const state = executions.get(other);
    return other !== id && state?.mode === "QUEUED" && state.seq < seq;
  });
  if (older.length === 0) return [];
  const text = `${wait}: ${counted(older.length, "older execution")} ${older.length === 1 ? "waits" : "wait"} there, and ${older.length === 1 ? "enters" : "enter"} first.`;
  return [{ ...common, code: "inLine", text }];
}
