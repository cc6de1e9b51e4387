import { GetJobDetailsCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { freshPipeline } from "./support/fresh-pipeline.ts";

import { BUILD_AND_SHIP, ORIGIN, succeed, take } from "./support/workers.ts";

const here = freshPipeline(BUILD_AND_SHIP);

describe("GetJobDetails (api.md §15)", () => {
  it("details have fresh credentials and no nonce; ended jobs have none", async () => {
    const job = await take(here.client, ORIGIN);
    const details = async () =>
      (await here.client.send(new GetJobDetailsCommand({ jobId: job.id }))).jobDetails;
    const { artifactCredentials: old, ...data } = job.data!;
    const text = expect.any(String);
    const artifactCredentials = { accessKeyId: text, secretAccessKey: text, sessionToken: text };
    const told = await details();
    expect(told).toEqual({
      id: job.id,
      accountId: "000000000000",
      data: { ...data, artifactCredentials },
    });
    expect(told?.data?.artifactCredentials?.sessionToken).not.toBe(old?.sessionToken);
    await succeed(here.client, job);
    expect((await details())?.data).toEqual(data);
  });
});
