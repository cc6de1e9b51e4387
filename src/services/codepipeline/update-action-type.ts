import type { UpdateActionTypeInput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onActionType } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { actionTypeNotFound } from "./errors.ts";
import { checkPartnerDeclaration, checkReplaces } from "./partner-declaration.ts";

/**
 * Replaces the declaration of a partner's action type; only the partner's own account may. It counts for pipelines that
 * are created or updated, and for actions that start, from then on.
 *
 * @throws ActionTypeNotFoundException, ValidationException
 * @see api.md §14
 */
export const updateActionType = operation<Checked<UpdateActionTypeInput>, void>("UpdateActionType", {
  authorization: onActionType(({ actionType }) => actionType.id),

  async handle({ actionType }, { core, caller, now }) {
    const { partners } = core.catalogue;
    await core.store.transaction(async (tx) => {
      const partner = await partners.find(tx, actionType.id);
      if (partner?.account !== caller.account)
        throw actionTypeNotFound(actionType.id, "an integration's action type that this account may update");
      checkPartnerDeclaration(actionType);
      checkReplaces(partner.declaration, actionType);
      await partners.update(tx, actionType, now);
    });
  },
});
