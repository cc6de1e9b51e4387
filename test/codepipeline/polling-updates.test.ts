/** Polls that an update brings (api.md §10; sources.md S5.4). */
import {
  CreatePipelineCommand,
  ListPipelineExecutionsCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, startServer } from "./support/server.ts";

let fixture: Fixture;
let s3: S3Client;
beforeAll(async () => {
  fixture = await startServer({ worker: true });
  const { url: endpoint, region, credentials } = fixture.server;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "watched" }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: "watched", VersioningConfiguration }));
  for (const Key of ["one", "two"])
    await s3.send(new PutObjectCommand({ Bucket: "watched", Key, Body: Key }));
});
afterAll(async () => {
  s3.destroy();
  await fixture[Symbol.asyncDispose]();
});

const declaration = (S3ObjectKey: string, polls: boolean) =>
  pipeline({
    stages: [
      stage(
        "Source",
        source({
          actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
          configuration: { S3Bucket: "watched", S3ObjectKey, PollForSourceChanges: String(polls) },
        }),
      ),
      stage("Deploy", approval()),
    ],
  });

const update = (key: string, polls: boolean) =>
  fixture.client.send(new UpdatePipelineCommand({ pipeline: declaration(key, polls) }));

/** The executions, newest first, once the newest one's source has run. */
async function settled(count: number) {
  return vi.waitFor(
    async () => {
      const { pipelineExecutionSummaries: all = [] } = await fixture.client.send(
        new ListPipelineExecutionsCommand({ pipelineName: "app" }),
      );
      expect(all).toHaveLength(count);
      expect(all[0]?.sourceRevisions).toHaveLength(1);
      return all;
    },
    { timeout: 20_000, interval: 50 },
  );
}

test("an update starts what a new poll, or one of something else, finds; the same poll again starts nothing", async () => {
  await fixture.client.send(new CreatePipelineCommand({ pipeline: declaration("one", false) }));
  const [created] = await settled(1);
  expect(created?.trigger?.triggerType).toBe("CreatePipeline");

  await update("one", true);
  const [polled] = await settled(2);
  expect(polled?.trigger).toEqual({ triggerType: "PollForSourceChanges", triggerDetail: "Fetch" });
  expect(polled?.sourceRevisions?.[0]?.revisionId).toBe(created?.sourceRevisions?.[0]?.revisionId);
  await update("one", true);
  await settled(2);

  await update("two", true);
  const [other] = await settled(3);
  expect(other?.trigger?.triggerType).toBe("PollForSourceChanges");
  expect(other?.sourceRevisions?.[0]?.revisionId).not.toBe(polled?.sourceRevisions?.[0]?.revisionId);

  await update("two", false);
  await update("two", true);
  await settled(3);
  await update("missing", true);
  await settled(3);
});
