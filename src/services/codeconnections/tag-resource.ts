import type { TagResourceInput, TagResourceOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";
import { checkTags, tagsOf } from "./tags.ts";

/** Adds tags and overwrites those that are there. @throws ResourceNotFoundException, LimitExceededException */
export const tagResource = operation<TagResourceInput, TagResourceOutput>("TagResource", {
  authorization: onResource(
    ({ ResourceArn }) => ResourceArn,
    ({ Tags }) => ({ requestTags: tagsOf(Tags) }),
  ),

  async handle({ ResourceArn = "", Tags }, { core, scope }) {
    await answering(core.connections.tag(scope, ResourceArn, { put: checkTags(Tags) }));
    return {};
  },
});
