import type {
  ActionTypeDeclaration,
  GetActionTypeInput,
  GetActionTypeOutput,
} from "@aws-sdk/client-codepipeline";
import { mayUse } from "../../core/partners.ts";
import { operation } from "../aws-json/operation.ts";
import { onActionType } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { actionTypeNotFound } from "./errors.ts";

/**
 * The full declaration of a partner's action type, for the partner and the accounts that it allows. The server's own
 * types are no integrations, and not found.
 *
 * @throws ActionTypeNotFoundException
 * @see api.md §14
 */
export const getActionType = operation<Checked<GetActionTypeInput>, GetActionTypeOutput>("GetActionType", {
  authorization: onActionType((input) => input),

  async handle(input, { core, caller }) {
    const partner = await core.catalogue.partners.find(core.store.read, input);
    if (partner === undefined || !mayUse(partner, caller.account))
      throw actionTypeNotFound(input, "an integration's action type that this account may see");
    return { actionType: partner.declaration as ActionTypeDeclaration };
  },
});
