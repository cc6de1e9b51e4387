/** A server with things that carry tags, and the tag operations in short words. */
import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll } from "vitest";
import { pipeline } from "./declarations.ts";
import { type Fixture, startServer } from "./server.ts";

export const BASE = "arn:aws:codepipeline:us-east-1:000000000000";

/** ARN, then kind and name as a refusal says them. */
export const NOTHING_THERE = [
  [`${BASE}:nobody`, "pipeline", "nobody"],
  [`${BASE}:webhook:hook`, "webhook", "hook"],
  [`${BASE}:actiontype:Custom/Build/Other/1`, "custom action type", "Build/Other/1"],
] as const;

/** ARNs of nothing that carries tags in this account and region. */
export const UNTAGGABLE = [
  `${BASE}:app/Stage`,
  "arn:aws:codepipeline:us-east-1:111111111111:app",
  "arn:aws:codepipeline:eu-west-1:000000000000:app",
  `${BASE}:actiontype:AWS/Build/CodeBuild/1`,
];

export function notThere(kind: string, name: string): string {
  return `ResourceNotFoundException: The account with id '000000000000' does not include a ${kind} with the name '${name}'`;
}

/** Registers the hooks: a server with these pipelines and the custom type Build/Jenkins/1. */
export function taggedThings(...pipelines: string[]) {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startServer();
    for (const name of pipelines) {
      await fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
    }
    await fixture.client.send(
      new CreateCustomActionTypeCommand({
        category: "Build",
        provider: "Jenkins",
        version: "1",
        inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
        outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      }),
    );
  });
  afterAll(() => fixture[Symbol.asyncDispose]());
  return {
    client: () => fixture.client,
    tag: (resourceArn: string, tags: Record<string, string>) =>
      fixture.client.send(
        new TagResourceCommand({
          resourceArn,
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        }),
      ),
    untag: (resourceArn: string, ...tagKeys: string[]) =>
      fixture.client.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    list: (resourceArn: string, more: { maxResults?: number; nextToken?: string } = {}) =>
      fixture.client.send(new ListTagsForResourceCommand({ resourceArn, ...more })),
    /** `key=value`, as listed. */
    async tagsOf(resourceArn: string) {
      const { tags } = await fixture.client.send(new ListTagsForResourceCommand({ resourceArn }));
      return tags?.map(({ key, value }) => `${key}=${value}`);
    },
  };
}
