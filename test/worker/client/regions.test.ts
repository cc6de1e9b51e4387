import { expect, it } from "vitest";
import { type Job, type JobClient, JobRefusedError } from "../../../src/worker/index.ts";
import { codeCommitSource } from "../../../src/worker/providers/codecommit-source.ts";
import { s3Deploy } from "../../../src/worker/providers/s3-deploy/provider.ts";
import { testHost } from "../support/host.ts";
import { action, httpClient, release } from "../support/release.ts";
import { done, testWorker } from "../support/worker.ts";

const deploy = action("Deploy", "S3", {
  configuration: { BucketName: "site", Extract: "true" },
  inputArtifacts: [{ name: "Source" }],
});
const never = new AbortController().signal;
const types = {
  workerId: "worker",
  actionTypeIds: [codeCommitSource.declaration.id, s3Deploy.declaration.id],
  maxBatchSize: 1,
};

/** Polls again where a poll has waited for as long as one may. */
async function firstJob(client: JobClient, regions: readonly string[]): Promise<Job> {
  for (;;) {
    const [job] = await client.poll({ ...types, regions, waitSeconds: 20 }, never);
    if (job !== undefined) return job;
  }
}

it("P0.17 a worker of some regions gets the jobs of actions in these, as soon as there are any", async () => {
  const host = await testHost();
  const client = httpClient(host);
  const waiting = firstJob(client, ["eu-west-1", "us-east-1"]);
  const { reaches } = await release(host, { "a.txt": "a" }, [deploy]);
  const job = await waiting;
  expect(job.region).toBe("us-east-1");
  await client.giveUp(job.id, job.nonce);

  expect(await client.poll({ ...types, regions: ["eu-west-1"], waitSeconds: 1 }, never)).toEqual([]);
  await testWorker(client, [codeCommitSource, { ...s3Deploy, run: async () => done }], {
    regions: ["us-east-1"],
  });
  await reaches("Succeeded");
});

it("P0.17 regions of a poll are names, and at least one", async () => {
  const client = httpClient(await testHost());
  const poll = (regions: readonly string[]) => client.poll({ ...types, regions, waitSeconds: 0 }, never);
  await expect(poll([])).rejects.toThrow(/regions.*1 to 50, or no such member/);
  await expect(poll([null as never])).rejects.toBeInstanceOf(JobRefusedError);
  await expect(poll([""])).rejects.toThrow(/regions/);
  await expect(poll(Array.from({ length: 51 }, () => "us-east-1"))).rejects.toThrow(/51 entries/);
});
