import type { UntagResourceInput, UntagResourceOutput } from "@aws-sdk/client-codepipeline";
import { removeTags } from "../../core/store/queries/tags.ts";
import { operation } from "../aws-json/operation.ts";
import { parseTaggable } from "./arn.ts";
import { onTagged } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { holdTaggable } from "./taggable.ts";
import { checkTagKeys } from "./tags.ts";

/**
 * Removes tags by key; keys that aren't there are passed over.
 *
 * @throws InvalidArnException, ResourceNotFoundException, InvalidTagsException
 * @see api.md §7, §18
 */
export const untagResource = operation<Checked<UntagResourceInput>, UntagResourceOutput>("UntagResource", {
  authorization: onTagged(({ tagKeys }) => ({ tagKeys })),

  async handle({ resourceArn, tagKeys }, call) {
    const resource = parseTaggable(call.scope, resourceArn);
    await call.core.store.transaction(async (tx) => {
      await holdTaggable(tx, call, resource);
      checkTagKeys(tagKeys);
      await removeTags(tx, resource.arn, tagKeys);
    });
    return {};
  },
});
