import type { Effect } from "../engine/index.ts";
import { changeRuleExecution, insertRuleExecutions, takeRuleExecution } from "../store/rule-history.ts";
import type { Tx } from "../store/store.ts";
import { mergeOutput, ruleRow } from "./rows.ts";

type Of<T extends Effect["type"]> = Extract<Effect, { type: T }>;

/** The history of rules: a row for each that starts, and what becomes of it (E9.5). */
export async function writeRules(
  tx: Tx,
  pipelineId: string,
  started: readonly Of<"ruleStarted">[],
  changed: readonly Of<"ruleChanged">[],
): Promise<void> {
  await insertRuleExecutions(
    tx,
    started.map(({ rule }) => ruleRow(pipelineId, rule)),
  );
  for (const { ruleExecutionId: id, at, change } of changed) {
    const recorded = await takeRuleExecution(tx, id);
    if (recorded === undefined) throw new Error(`no history row of rule execution ${id}`);
    const status = change.status ?? recorded.status;
    await changeRuleExecution(tx, { id, status, updated: at, output: mergeOutput(recorded.output, change) });
  }
}
