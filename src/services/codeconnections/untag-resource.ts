import type { UntagResourceInput, UntagResourceOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";
import { checkTagKeys } from "./tags.ts";

/** Removes tags by key; keys that aren't there are passed over. @throws ResourceNotFoundException */
export const untagResource = operation<UntagResourceInput, UntagResourceOutput>("UntagResource", {
  authorization: onResource(
    ({ ResourceArn }) => ResourceArn,
    ({ TagKeys = [] }) => ({ tagKeys: TagKeys }),
  ),

  async handle({ ResourceArn = "", TagKeys: remove = [] }, { core, scope }) {
    checkTagKeys(remove);
    await answering(core.connections.tag(scope, ResourceArn, { remove }));
    return {};
  },
});
