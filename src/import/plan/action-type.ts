import {
  CreateCustomActionTypeCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";
import { tagChanges } from "./tags.ts";

/** Action types never change: the server refuses another definition under the same key (api.md §14). */
export async function planActionType(
  { input, name, region }: Extract<Desired, { kind: "action type" }>,
  { codepipeline, call }: Region,
  account: string,
): Promise<Step> {
  const { exists } = await call<{ exists: boolean }>("CheckActionType", { actionType: input });
  if (!exists)
    return {
      kind: "action type",
      name,
      region,
      action: "create",
      changes: diff(undefined, input),
      notes: [],
      async apply() {
        await codepipeline.send(new CreateCustomActionTypeCommand(input));
      },
    };
  const resourceArn = `arn:aws:codepipeline:${region}:${account}:actiontype:${name}`;
  const { tags } = await codepipeline.send(new ListTagsForResourceCommand({ resourceArn }));
  const { changes, put, remove } = tagChanges(tags, input.tags);
  return {
    kind: "action type",
    name,
    region,
    action: changes.length > 0 ? "update" : "keep",
    changes,
    notes: [],
    async apply() {
      if (put.length > 0) await codepipeline.send(new TagResourceCommand({ resourceArn, tags: put }));
      if (remove.length > 0)
        await codepipeline.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
    },
  };
}
