/** From a given declaration to what the store keeps of it: normalised, checked, sealed, compiled (§4 to §6). */
import type { NewVersion } from "../../core/commands/types.ts";
import type { Call } from "../aws-json/operation.ts";
import { compile } from "./compile.ts";
import type { Declaration, GivenDeclaration } from "./declaration.ts";
import { type CustomActionType, knownActionTypes } from "./known-action-types.ts";
import { normalize } from "./normalize.ts";
import { keepSecrets, sealSecrets } from "./secrets.ts";
import type { Subject } from "./structure/check.ts";
import { checkStructure } from "./structure/index.ts";

export interface Draft {
  readonly declaration: Declaration;
  readonly version: NewVersion;
}

/**
 * Makes drafts of the caller's declarations, with the action types and workers as they are now.
 * @param planned custom types that will be there before the draft is stored
 */
export async function drafting(
  call: Call,
  planned: readonly CustomActionType[] = [],
): Promise<(given: GivenDeclaration, stored?: Declaration) => Draft> {
  const [types, tools] = await Promise.all([
    knownActionTypes(call, "without deleted", planned),
    call.core.jobs.toolsOf(call.scope.account),
  ]);
  const workers = { tools, endpoint: call.core.settings.publicUrl() };
  return (given, stored) => draft(call, { types, workers }, given, stored);
}

/**
 * @param stored the version that this one replaces
 * @throws the first finding of the structure checks
 */
function draft(
  call: Call,
  { types, workers }: Pick<Subject, "types" | "workers">,
  given: GivenDeclaration,
  stored?: Declaration,
): Draft {
  const normalized = normalize(given, stored?.pipelineType);
  const open = stored === undefined ? normalized : keepSecrets(normalized, stored, types);
  checkStructure({ declaration: open, scope: call.scope, types, workers });
  const declaration = sealSecrets(open, types, call.core.access);
  return { declaration, version: compile(declaration, call.scope, types) };
}
