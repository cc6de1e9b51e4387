import { type ActionAt, actionAt } from "./action-at.ts";
import type { Draft } from "./draft.ts";
import type { EndedApproval } from "./state.ts";

/** Remembers how an approval ended, for answers that come later, also after a retry (E5.2). */
export function rememberApproval(draft: Draft, at: ActionAt, how: EndedApproval["how"]): void {
  const { approvals } = draft.run(at.executionId, at.stage);
  const { id: token } = actionAt(draft, at);
  draft.saveRun(at.executionId, at.stage, {
    approvals: { ...approvals, [token]: { action: at.definition.name, how } },
  });
}
