import type { Effect } from "../engine/index.ts";
import { changeRuleExecution, insertRuleExecutions, takeRuleExecution } from "../store/rule-history.ts";
import type { Soon, Tx } from "../store/store.ts";
import { mergeOutput, ruleRow } from "./rows.ts";

type Of<T extends Effect["type"]> = Extract<Effect, { type: T }>;

interface Rules {
  readonly ruleStarted: readonly Of<"ruleStarted">[];
  readonly ruleChanged: readonly Of<"ruleChanged">[];
}

/** The history of rules: a row for each that starts, and what becomes of it (E9.5). */
export function writeRules(tx: Tx, pipelineId: string, rules: Rules): Soon<void> {
  // Mostly there are none, and every command asks.
  if (rules.ruleStarted.length + rules.ruleChanged.length > 0) return write(tx, pipelineId, rules);
}

async function write(tx: Tx, pipelineId: string, { ruleStarted, ruleChanged }: Rules): Promise<void> {
  await insertRuleExecutions(
    tx,
    ruleStarted.map(({ rule }) => ruleRow(pipelineId, rule)),
  );
  for (const { ruleExecutionId: id, at, change } of ruleChanged) {
    const recorded = await takeRuleExecution(tx, id);
    if (recorded === undefined) throw new Error(`no history row of rule execution ${id}`);
    const status = change.status ?? recorded.status;
    await changeRuleExecution(tx, { id, status, updated: at, output: mergeOutput(recorded.output, change) });
  }
}
