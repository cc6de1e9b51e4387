/** From facts to sentences: a pure function. */
import type { ExecutionState } from "../engine/index.ts";
import { endedReasons } from "./ended.ts";
import type { Facts } from "./facts.ts";
import { runningReasons } from "./running.ts";
import type { ExecutionExplanation, Explanation, Reason } from "./types.ts";
import { disabledBy, waitingReasons } from "./waiting.ts";
import { iso, moment } from "./words.ts";

/** How far the chain is followed of executions that wait for one another. */
const MAX_CHAIN = 10;

export function explainPipeline(facts: Facts): Explanation {
  const all = [...facts.executions.values()].sort((a, b) => a.seq - b.seq);
  const live = all.filter(isLive);
  const shown = live.length > 0 ? live : all.slice(-1);
  return {
    pipeline: facts.pipelineName,
    version: facts.pipeline.currentVersion,
    reasons: [
      ...restReasons(all, live),
      ...pollingReasons(facts),
      ...limitReasons(facts),
      ...idleTransitions(facts, live),
    ],
    executions: shown.map((execution) => explainOne(facts, execution)),
  };
}

/** @param executionId of one of the facts' executions */
export function explainExecution(facts: Facts, executionId: string): Explanation {
  const chain: ExecutionExplanation[] = [];
  const seen = new Set<string>();
  for (let id: string | undefined = executionId; id !== undefined && chain.length < MAX_CHAIN; ) {
    const execution: ExecutionState | undefined = seen.has(id) ? undefined : facts.executions.get(id);
    if (execution === undefined) break;
    seen.add(id);
    const explanation = explainOne(facts, execution);
    chain.push(explanation);
    id = explanation.reasons.find(({ code }) => code === "stageLocked")?.executionId;
  }
  return {
    pipeline: facts.pipelineName,
    version: facts.pipeline.currentVersion,
    reasons: [],
    executions: chain,
  };
}

function explainOne(facts: Facts, execution: ExecutionState): ExecutionExplanation {
  const { id, status, version, startedAt } = execution;
  return {
    executionId: id,
    status,
    version,
    started: iso(startedAt),
    reasons: [
      ...endedReasons(facts, execution),
      ...waitingReasons(facts, execution),
      ...runningReasons(facts, execution),
    ],
  };
}

function isLive({ status }: ExecutionState): boolean {
  return status === "InProgress" || status === "Stopping";
}

/** S5.8 */
function pollingReasons({ pollingDisabledAt: at }: Facts): Reason[] {
  if (at === undefined) return [];
  return [
    {
      code: "pollingDisabled",
      since: iso(at),
      text: `Its sources aren't looked at for changes since ${moment(at)}: nothing had run for 30 days. Starting or updating it switches that on again.`,
    },
  ];
}

function restReasons(all: readonly ExecutionState[], live: readonly ExecutionState[]): Reason[] {
  const latest = all.at(-1);
  if (latest === undefined) return [{ code: "neverRan", text: "It has never run." }];
  if (live.length > 0) return [];
  return [
    {
      code: "nothingRuns",
      executionId: latest.id,
      text: `Nothing runs. The latest execution is ${latest.id}.`,
    },
  ];
}

/** E2.12 */
function limitReasons({ pipeline, definitions, limit, limited }: Facts): Reason[] {
  const mode = definitions.get(pipeline.currentVersion)?.mode;
  if (mode === "SUPERSEDED" || limited < limit) return [];
  return [
    {
      code: "limitReached",
      text: `${limited} of ${limit} executions are in progress: another start is refused.`,
    },
  ];
}

/** Disabled transitions where nobody waits yet: who comes will. */
function idleTransitions({ pipeline, now }: Facts, live: readonly ExecutionState[]): Reason[] {
  return Object.entries(pipeline.stages).flatMap(([stage, { inbound, outbound }]) => {
    if (live.some(({ waitingBefore }) => waitingBefore?.stage === stage)) return [];
    return [
      { flag: inbound, which: `The transition into stage '${stage}'` },
      { flag: outbound, which: `The transition out of stage '${stage}'` },
    ]
      .filter(({ flag }) => !flag.enabled)
      .map(
        ({ flag, which }): Reason => ({
          code: "transitionDisabled",
          stage,
          ...(flag.at !== undefined && { since: iso(flag.at) }),
          text: `${which} is disabled${disabledBy(flag, now)} Executions that arrive there wait.`,
        }),
      );
  });
}
