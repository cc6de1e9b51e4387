import { StopPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { embeddedJobClient } from "../../../src/server/embedded-worker.ts";
import { type Job, JobRefusedError } from "../../../src/worker/index.ts";
import type { Provider, Tools } from "../../../src/worker/provider.ts";
import { codeCommitSource } from "../../../src/worker/providers/codecommit-source.ts";
import { s3Deploy } from "../../../src/worker/providers/s3-deploy/provider.ts";
import { scope, testHost } from "../support/host.ts";
import { action, httpClient, release } from "../support/release.ts";
import { testWorker } from "../support/worker.ts";

const deploy = action("Deploy", "S3", {
  configuration: { BucketName: "site", Extract: "true" },
  inputArtifacts: [{ name: "Source" }],
});

describe("P0.12, E3.15 a worker that dies mid-job", () => {
  it("loses the job to another worker after its lease, and its late answer is refused", async () => {
    const host = await testHost();
    await testWorker(embeddedJobClient(host.core, scope.account), [codeCommitSource]);
    const { reaches, actions } = await release(host, { "a.txt": "a" }, [deploy]);
    const dying = httpClient(host);
    const request = { workerId: "dying", actionTypeIds: [s3Deploy.declaration.id], maxBatchSize: 1 };
    const [lost] = await dying.poll({ ...request, waitSeconds: 20 }, new AbortController().signal);
    expect(await dying.acknowledge(lost!.id, lost!.nonce)).toBe("InProgress");

    host.advance(61_000);
    await host.core.jobs.expireLeases();
    await testWorker(embeddedJobClient(host.core, scope.account), [s3Deploy]);
    await reaches("Succeeded");
    await expect(dying.succeed(lost!.id, { summary: "late" })).rejects.toBeInstanceOf(JobRefusedError);

    const { Deploy } = await actions();
    expect(Deploy?.output?.executionResult?.externalExecutionSummary).toMatch(/^Deployed 1 files/);
    const lines = await host.core.logs.read(Deploy?.actionExecutionId ?? "", 1);
    expect(lines.map(({ text }) => text)).toEqual([
      "[Millrace] worker lost, starting again (attempt 2)",
      "[Millrace] uploaded s3://site/a.txt (1 bytes)",
    ]);
  });
});

/** Takes deployments and works on them until it is told to stop. */
function endlessDeploy() {
  const started = Promise.withResolvers<Job>();
  const aborted = Promise.withResolvers<void>();
  const provider: Provider = {
    declaration: s3Deploy.declaration,
    run: (job: Job, { signal }: Tools) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          aborted.resolve();
          reject(signal.reason);
        });
        started.resolve(job);
      }),
  };
  return { provider, started: started.promise, aborted: aborted.promise };
}

describe("P0.13 an action that is abandoned", () => {
  it("stops its worker with the next sign of life, which comes every few seconds", async () => {
    const host = await testHost();
    const endless = endlessDeploy();
    const client = httpClient(host);
    let isStopped = false;
    let signs = 0;
    const extendLease = (jobId: string) => {
      if (isStopped) signs += 1;
      return client.extendLease(jobId);
    };
    await testWorker({ ...client, extendLease }, [codeCommitSource, endless.provider]);
    const { aws, executionId, reaches } = await release(host, { "a.txt": "a" }, [deploy]);
    await endless.started;
    await aws.send(
      new StopPipelineExecutionCommand({
        pipelineName: "release",
        pipelineExecutionId: executionId,
        abandon: true,
      }),
    );
    isStopped = true;
    await endless.aborted;
    expect(signs).toBeLessThanOrEqual(1);
    await reaches("Stopped");
  });
});
