import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
} from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";
import { tagList } from "./tags.ts";

/** All tags of a connection or host, sorted by key. @throws ResourceNotFoundException */
export const listTagsForResource = operation<ListTagsForResourceInput, ListTagsForResourceOutput>(
  "ListTagsForResource",
  {
    authorization: onResource(({ ResourceArn }) => ResourceArn),

    async handle({ ResourceArn = "" }, { core, scope }) {
      return { Tags: tagList(await answering(core.connections.tags(scope, ResourceArn))) };
    },
  },
);
