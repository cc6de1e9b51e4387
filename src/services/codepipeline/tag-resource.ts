import type { TagResourceInput, TagResourceOutput } from "@aws-sdk/client-codepipeline";
import { mergeTags, tagsOf } from "../../core/store/queries/tags.ts";
import { operation } from "../aws-json/operation.ts";
import { parseTaggable } from "./arn.ts";
import { onTagged, requestTagsOf } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { holdTaggable } from "./taggable.ts";
import { checkTagCount, checkTags } from "./tags.ts";

/**
 * Adds tags and overwrites those whose keys are there already: all of them or none.
 *
 * @throws InvalidArnException, ResourceNotFoundException, InvalidTagsException, TooManyTagsException
 * @see api.md §7, §18
 */
export const tagResource = operation<Checked<TagResourceInput>, TagResourceOutput>("TagResource", {
  authorization: onTagged(({ tags }) => ({ requestTags: requestTagsOf(tags) })),

  async handle({ resourceArn, tags: given }, call) {
    const resource = parseTaggable(call.scope, resourceArn);
    await call.core.store.transaction(async (tx) => {
      await holdTaggable(tx, call, resource);
      const tags = checkTags(given);
      const present = await tagsOf(tx, resource.arn);
      checkTagCount(new Set([...present.map(({ key }) => key), ...Object.keys(tags)]).size);
      await mergeTags(tx, resource.arn, tags);
    });
    return {};
  },
});
