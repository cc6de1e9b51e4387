import type { CreateCustomActionTypeInput, CreateCustomActionTypeOutput } from "@aws-sdk/client-codepipeline";
import {
  customActionTypes,
  insertActionType,
  setActionTypeDeleted,
  takeCustomActionType,
} from "../../core/store/queries/action-types.ts";
import { mergeTags, tagsOf } from "../../core/store/queries/tags.ts";
import type { Tx } from "../../core/store/store.ts";
import { AwsError } from "../aws-json/error.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import { type CustomTypeKey, customTypeArn } from "./arn.ts";
import { actionTypeNeed, withTags } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { customActionType } from "./custom-action-type.ts";
import { checkTagCount, checkTags } from "./tags.ts";

type Input = Checked<CreateCustomActionTypeInput>;

/**
 * Registers an action type for the job workers of this account and region. An identical definition under a deleted
 * key restores it; a key can't get another definition.
 *
 * @throws ValidationException, ActionTypeAlreadyExistsException, LimitExceededException, InvalidTagsException,
 * TooManyTagsException
 * @see api.md §14
 */
export const createCustomActionType = operation<Input, CreateCustomActionTypeOutput>(
  "CreateCustomActionType",
  {
    authorization: (input, call) => withTags(actionTypeNeed(call, { owner: "Custom", ...input }), input.tags),

    async handle(input, call) {
      const { core, scope } = call;
      const tags = checkTags(input.tags);
      const actionType = customActionType(input);
      await core.store.transaction(async (tx) => {
        await register(tx, call, input, JSON.stringify(actionType));
        const resource = customTypeArn(scope, input);
        const present = await tagsOf(tx, resource);
        checkTagCount(new Set([...present.map(({ key }) => key), ...Object.keys(tags)]).size);
        await mergeTags(tx, resource, tags);
      });
      return { actionType, ...(input.tags !== undefined && input.tags.length > 0 && { tags: input.tags }) };
    },
  },
);

async function register(tx: Tx, call: Call, input: Input, definition: string): Promise<void> {
  const { scope } = call;
  const key: CustomTypeKey = { category: input.category, provider: input.provider, version: input.version };
  const others = (await customActionTypes(tx, scope)).filter((row) => row.deleted === 0);
  const present = await takeCustomActionType(tx, scope, key);
  if (present?.deleted === 0 && present.definition === definition) return;
  if (present !== undefined && present.definition !== definition) throw alreadyExists(key);
  if (others.length >= call.core.settings.quotas.customActionTypes) {
    throw new AwsError(
      "LimitExceededException",
      `The account has ${others.length} custom action types in this region, the most that are allowed. Delete one that is no longer used.`,
    );
  }
  if (present !== undefined) {
    await setActionTypeDeleted(tx, scope, key, false);
    return;
  }
  const { category, provider, version } = key;
  const row = { ...scope, category, provider, version, definition, deleted: 0 };
  // Somebody made the key meanwhile: judged like one that was there.
  if (!(await insertActionType(tx, row))) await register(tx, call, input, definition);
}

export function alreadyExists({ category, provider, version }: CustomTypeKey): AwsError {
  return new AwsError(
    "ActionTypeAlreadyExistsException",
    `A custom action type with category '${category}', provider '${provider}' and version '${version}' already exists or existed with another definition. Use another version.`,
  );
}
