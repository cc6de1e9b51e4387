import type { Answer, Command, Refusal } from "./command.ts";
import type { Draft } from "./draft.ts";
import { pipelineEvent } from "./events.ts";
import { endExecution } from "./execution.ts";

/** A new execution of the current version (E1.4, E1.6, E2.12, E4.1). */
export function start(draft: Draft, command: Extract<Command, { type: "start" }>): Answer | Refusal {
  const { mode, version, variables: declared, stages } = draft.current;
  const limit = draft.env.limits.concurrentExecutions;
  const full = mode !== "SUPERSEDED" && draft.liveCount >= limit;
  if (full && command.origin === "caller") return { code: "ConcurrentExecutionsLimitExceeded", limit };

  const values = declared.map(({ name, defaultValue }) => {
    const given = Object.hasOwn(command.variables, name) ? command.variables[name] : undefined;
    return [name, given ?? defaultValue] as const;
  });
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => name);
  const resolved = values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

  const id = draft.env.newId();
  const seq = draft.pipeline.nextSeq;
  draft.pipeline = { ...draft.pipeline, nextSeq: seq + 1 };
  draft.save({
    id,
    seq,
    version,
    mode,
    type: "STANDARD",
    trigger: command.trigger,
    ...(declared.length > 0 && missing.length === 0 && { variables: Object.fromEntries(resolved) }),
    revisions: command.revisions,
    startedAt: draft.env.now,
    updatedAt: draft.env.now,
    status: "InProgress",
    attempt: 1,
    runs: {},
    artifactRevisions: [],
    sourceRevisions: [],
  });
  pipelineEvent(draft, id, "STARTED");

  const first = stages[0];
  if (first === undefined) throw new Error(`version ${version} has no stages`);
  if (full) endExecution(draft, id, "Failed", `The limit of ${limit} concurrent executions was reached.`);
  else if (missing.length > 0) {
    endExecution(
      draft,
      id,
      "Failed",
      `Values for required variables haven't been provided: ${missing.join(",")}`,
    );
  } else draft.arrivals.push({ executionId: id, stage: first.name });
  return { executionId: id };
}
