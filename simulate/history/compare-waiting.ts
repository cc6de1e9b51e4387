/** What waits: for a time, and for a copy. */
import type { RequestedCopy, Timer } from "../../src/core/engine/index.ts";
import { timersOf } from "../model/time.ts";
import { copiesOf } from "../model/work.ts";
import { same } from "./difference.ts";
import type { Part } from "./reads.ts";
import type { Track } from "./track.ts";
import { seqOf } from "./views.ts";

export function compareTimers(track: Track, rows: readonly Part[]): void {
  const stored = rows.map(({ json }) => timerName(track, JSON.parse(json) as Timer)).sort();
  same(
    "timers",
    stored,
    timersOf(track.model)
      .map((timer) => modelTimerName(timer))
      .sort(),
  );
}

/** I15: what is outstanding in the store is what jobs wait for. */
export function compareCopies(track: Track, rows: readonly Part[]): void {
  const stored = rows.map(({ json }) => copyName(track, JSON.parse(json) as RequestedCopy)).sort();
  same("copies", stored, [...copiesOf(track.model).keys()].sort());
}

export function copyName(
  track: Track,
  { executionId, stage, action, artifact }: Omit<RequestedCopy, "from" | "to">,
): string {
  return [seqOf(track, executionId), stage, action, artifact].join(" ");
}

const KINDS: Readonly<Record<Timer["kind"], string>> = {
  transitionWait: "transitionWait",
  actionTimeout: "timeout",
  approvalExpiry: "timeout",
  ruleTimeout: "timeout",
  jobDelay: "delay",
  jobReply: "reply",
  windowOpens: "window",
};

export function timerName(track: Track, timer: Timer): string {
  const { kind, executionId, stage, due } = timer;
  const of = "rule" in timer ? timer.rule : "action" in timer ? timer.action : "";
  return `${KINDS[kind]} ${seqOf(track, executionId)} ${stage} ${of} ${due}`;
}

export function modelTimerName(timer: ReturnType<typeof timersOf>[number]): string {
  if (timer.kind === "transitionWait")
    return `transitionWait ${timer.execution.seq} ${timer.execution.waits?.stage}  ${timer.due}`;
  const { place } = timer;
  const of = "action" in place ? place.action : place.rule;
  return `${timer.kind} ${place.execution.seq} ${place.run.stage} ${of} ${timer.due}`;
}
