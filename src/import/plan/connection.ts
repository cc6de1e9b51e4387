import {
  type Connection,
  GetConnectionCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-codestar-connections";
import { ImportProblem } from "../problem.ts";
import type { Desired } from "../resources/desired.ts";
import { type Change, diff } from "./diff.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";
import { tagChanges } from "./tags.ts";

/** What a connection leads to can't be changed; its tags can. */
export async function planConnection(
  { input, name, region, arn, service, id }: Extract<Desired, { kind: "connection" }>,
  { connections, call }: Region,
): Promise<Step> {
  const shared = { kind: "connection", name, region } as const;
  const wanted = { service, id, connection: input };
  const present = await find(connections, arn);
  if (present === undefined) {
    await call("CheckConnection", wanted);
    return {
      ...shared,
      action: "create",
      changes: [...diff(undefined, withoutTags(input)), ...tagsOf([], input.Tags).changes],
      notes: [],
      async apply() {
        await call("ImportConnection", wanted);
      },
    };
  }
  for (const member of ["ProviderType", "HostArn"] as const) {
    const asked = input[member];
    if (asked !== undefined && asked !== present[member])
      throw new ImportProblem(
        `the connection ${arn} has ${member} ${present[member] ?? "none"}, not ${asked}: that can't be changed. Delete it, or give this one another name`,
      );
  }
  const ResourceArn = present.ConnectionArn ?? arn;
  const { Tags } = await connections.send(new ListTagsForResourceCommand({ ResourceArn }));
  const { changes, put, remove } = tagsOf(Tags, input.Tags);
  return {
    ...shared,
    action: changes.length > 0 ? "update" : "keep",
    changes,
    notes: [],
    async apply() {
      const added = put.map(({ key: Key, value: Value }) => ({ Key, Value }));
      if (added.length > 0) await connections.send(new TagResourceCommand({ ResourceArn, Tags: added }));
      if (remove.length > 0)
        await connections.send(new UntagResourceCommand({ ResourceArn, TagKeys: remove }));
    },
  };
}

async function find(client: Region["connections"], ConnectionArn: string): Promise<Connection | undefined> {
  try {
    return (await client.send(new GetConnectionCommand({ ConnectionArn }))).Connection;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type Tags = Extract<Desired, { kind: "connection" }>["input"]["Tags"];

/** As the tags of CodePipeline are spelt. */
function tagsOf(before: Tags, after: Tags): { changes: readonly Change[] } & ReturnType<typeof tagChanges> {
  const spelt = (tags: Tags) => tags?.map(({ Key: key, Value: value }) => ({ key, value }));
  return tagChanges(spelt(before), spelt(after));
}

function withoutTags({ Tags: _, ...input }: Extract<Desired, { kind: "connection" }>["input"]): object {
  return input;
}
