import type { Effect } from "../engine/index.ts";
import { changeRuleExecution, insertRuleExecutions, takeRuleExecution } from "../store/rule-history.ts";
import { eachInTurn, inTurn } from "../store/soon.ts";
import type { Soon, Tx } from "../store/store.ts";
import { mergeOutput, ruleRow } from "./rows.ts";

type Of<T extends Effect["type"]> = Extract<Effect, { type: T }>;

interface Rules {
  readonly ruleStarted: readonly Of<"ruleStarted">[];
  readonly ruleChanged: readonly Of<"ruleChanged">[];
}

/** The history of rules: a row for each that starts, and what becomes of it (E9.5). */
export function writeRules(tx: Tx, pipelineId: string, { ruleStarted, ruleChanged }: Rules): Soon<void> {
  const started = ruleStarted.map(({ rule }) => ruleRow(pipelineId, rule));
  return inTurn(
    () => insertRuleExecutions(tx, started),
    () => eachInTurn(ruleChanged, (effect) => changeRule(tx, effect)),
  );
}

async function changeRule(tx: Tx, { ruleExecutionId: id, at, change }: Of<"ruleChanged">): Promise<void> {
  const recorded = await takeRuleExecution(tx, id);
  if (recorded === undefined) throw new Error(`no history row of rule execution ${id}`);
  const status = change.status ?? recorded.status;
  await changeRuleExecution(tx, { id, status, updated: at, output: mergeOutput(recorded.output, change) });
}
