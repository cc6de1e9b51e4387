import type { ListTagsForResourceInput, ListTagsForResourceOutput } from "@aws-sdk/client-codepipeline";
import { tagsOf } from "../../core/store/queries/tags.ts";
import { operation } from "../aws-json/operation.ts";
import { parseTaggable } from "./arn.ts";
import { onTagged } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { requireTaggable } from "./taggable.ts";
import { tagList } from "./tags.ts";

/**
 * All tags of a resource in one page, sorted by key; `maxResults` and `nextToken` change nothing.
 *
 * @throws InvalidArnException, ResourceNotFoundException
 * @see api.md §3, §18
 */
export const listTagsForResource = operation<Checked<ListTagsForResourceInput>, ListTagsForResourceOutput>(
  "ListTagsForResource",
  {
    authorization: onTagged(),

    async handle({ resourceArn }, call) {
      const resource = parseTaggable(call.scope, resourceArn);
      await requireTaggable(call, resource);
      return { tags: tagList(await tagsOf(call.core.store.read, resource.arn)) };
    },
  },
);
