import type { DeleteCustomActionTypeInput } from "@aws-sdk/client-codepipeline";
import { setActionTypeDeleted } from "../../core/store/queries/action-types.ts";
import { removeAllTags } from "../../core/store/queries/tags.ts";
import { operation } from "../aws-json/operation.ts";
import { customTypeArn } from "./arn.ts";
import { onActionType } from "./authorization.ts";
import type { Checked } from "./checked.ts";

/**
 * Marks a custom action type as deleted: nothing new can use it, and its key keeps its definition. Deleting what
 * isn't there succeeds.
 *
 * @see api.md §14; semantics.md E11.8 for what it does to pipelines that have it
 */
export const deleteCustomActionType = operation<Checked<DeleteCustomActionTypeInput>, void>(
  "DeleteCustomActionType",
  {
    authorization: onActionType((input) => ({ owner: "Custom", ...input })),

    async handle(input, { core, scope }) {
      await core.store.transaction(async (tx) => {
        await setActionTypeDeleted(tx, scope, input, true);
        await removeAllTags(tx, customTypeArn(scope, input));
      });
    },
  },
);
