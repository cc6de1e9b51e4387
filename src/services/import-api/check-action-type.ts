import type { CreateCustomActionTypeInput } from "@aws-sdk/client-codepipeline";
import { customActionTypes } from "../../core/store/queries/action-types.ts";
import { operation } from "../aws-json/operation.ts";
import { onActionType } from "../codepipeline/authorization.ts";
import type { Checked } from "../codepipeline/checked.ts";
import { alreadyExists } from "../codepipeline/create-custom-action-type.ts";
import { customActionType } from "../codepipeline/custom-action-type.ts";
import { checkTags } from "../codepipeline/tags.ts";

interface Input {
  readonly actionType: Checked<CreateCustomActionTypeInput>;
}

/**
 * Judges a custom action type as CreateCustomActionType would; nothing is kept.
 *
 * @returns whether the very same type exists
 * @throws ValidationException, ActionTypeAlreadyExistsException for a key that has or had another definition,
 * InvalidTagsException, TooManyTagsException
 */
export const checkActionType = operation<Input, { readonly exists: boolean }>("CheckActionType", {
  authorization: onActionType(({ actionType }) => ({ owner: "Custom", ...actionType })),

  async handle({ actionType }, { core, scope }) {
    checkTags(actionType.tags);
    const definition = JSON.stringify(customActionType(actionType));
    const { category, provider, version } = actionType;
    const present = (await customActionTypes(core.store.read, scope)).find(
      (row) => row.category === category && row.provider === provider && row.version === version,
    );
    if (present !== undefined && present.definition !== definition) throw alreadyExists(actionType);
    return { exists: present?.deleted === 0 };
  },
});
