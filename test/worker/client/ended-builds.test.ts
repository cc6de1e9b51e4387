/** What becomes of a build whose worker doesn't end it: BatchGetBuilds never shows it in progress for ever. */
import { BatchGetBuildsCommand } from "@aws-sdk/client-codebuild";
import { DeletePipelineCommand, StopPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import type { Job, StartedBuild } from "../../../src/worker/index.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { codeCommitSource } from "../../../src/worker/providers/codecommit-source.ts";
import { testHost } from "../support/host.ts";
import { createProject } from "../support/project.ts";
import { action, httpClient, release } from "../support/release.ts";
import { testWorker } from "../support/worker.ts";

const build = action("Build", "CodeBuild", {
  configuration: { ProjectName: "site" },
  inputArtifacts: [{ name: "Source" }],
});

const request = {
  workerId: "dying",
  actionTypeIds: [codeBuildBuild.declaration.id],
  maxBatchSize: 1,
  waitSeconds: 20,
};

/** A worker that has begun a build. */
async function building() {
  const host = await testHost();
  const codeBuild = await createProject(host, "version: 0.2\nphases: {build: {commands: [echo]}}\n");
  await testWorker(httpClient(host), [codeCommitSource]);
  const { aws, executionId } = await release(host, { "a.txt": "a" }, [build]);
  const worker = httpClient(host);

  async function take(): Promise<{ job: Job; started: StartedBuild }> {
    const [job] = await worker.poll(request, new AbortController().signal);
    if (job === undefined) throw new Error("there is no job");
    await worker.acknowledge(job.id, job.nonce);
    const started = await worker.startBuild(job.id, job.nonce);
    if (started === undefined) throw new Error("there is no project");
    return { job, started };
  }

  const { job, started } = await take();
  const begun = [
    { phaseType: "SUBMITTED", phaseStatus: "SUCCEEDED", startTime: 1_000, endTime: 1_000 },
    { phaseType: "BUILD", startTime: 2_000 },
  ];
  const inBuild = {
    buildId: started.buildId,
    buildStatus: "IN_PROGRESS",
    currentPhase: "BUILD",
    phases: begun,
    exportedEnvironmentVariables: [],
  } as const;
  await worker.putBuildState(job.id, inBuild);

  return {
    host,
    worker,
    job,
    started,
    take,
    inBuild,
    aws,
    stop: () =>
      aws.send(
        new StopPipelineExecutionCommand({
          pipelineName: "release",
          pipelineExecutionId: executionId,
          abandon: true,
        }),
      ),
    async shown(id = started.buildId) {
      const { builds: [found] = [] } = await codeBuild.send(new BatchGetBuildsCommand({ ids: [id] }));
      return found;
    },
  };
}

test("P0.12, P2.7 the build of a lost worker is FAULT, its late reports count no more, and another one begins", async () => {
  const { host, worker, job, started, take, inBuild, shown } = await building();
  expect(await shown()).toMatchObject({ buildStatus: "IN_PROGRESS", buildComplete: false });
  host.advance(61_000);
  await host.core.jobs.expireLeases();
  const ended = await shown();
  expect(ended).toMatchObject({
    buildStatus: "FAULT",
    buildComplete: true,
    currentPhase: "COMPLETED",
    phases: [
      { phaseType: "SUBMITTED", phaseStatus: "SUCCEEDED" },
      {
        phaseType: "BUILD",
        phaseStatus: "FAULT",
        contexts: [{ statusCode: "INTERNAL_ERROR", message: "The worker that ran this build was lost" }],
      },
      { phaseType: "COMPLETED" },
    ],
  });
  expect(ended?.endTime).toBeInstanceOf(Date);

  const more = [...inBuild.phases, { phaseType: "POST_BUILD", startTime: 3_000 }];
  await worker.putBuildState(job.id, { ...inBuild, phases: more, currentPhase: "POST_BUILD" });
  expect(await shown()).toEqual(ended);
  const again = await take();
  expect(again.started.buildId).not.toBe(started.buildId);
  expect((await shown(again.started.buildId))?.buildStatus).toBe("IN_PROGRESS");
});

test("P2.11 the build of a stopped action is STOPPED, a minute after its worker fell silent at the latest", async () => {
  const { host, stop, shown } = await building();
  await stop();
  // Far from the minute: what was asked before took its time, too.
  host.advance(30_000);
  await host.core.builds.endOrphans();
  expect((await shown())?.buildStatus).toBe("IN_PROGRESS");
  host.advance(31_000);
  await host.core.builds.endOrphans();
  expect(await shown()).toMatchObject({
    buildStatus: "STOPPED",
    buildComplete: true,
    phases: [{}, { phaseType: "BUILD", phaseStatus: "STOPPED" }, { phaseType: "COMPLETED" }],
  });
});

test("P2.11 a worker that hears of the stop says itself how its build ended", async () => {
  const { host, worker, job, stop, inBuild, shown } = await building();
  await stop();
  expect((await worker.extendLease(job.id)).verdict).toBe("cancel");
  const phases = [...inBuild.phases, { phaseType: "COMPLETED", startTime: 3_000 }];
  await worker.putBuildState(job.id, {
    ...inBuild,
    buildStatus: "TIMED_OUT",
    currentPhase: "COMPLETED",
    phases,
  });
  host.advance(120_000);
  await host.core.builds.endOrphans();
  expect((await shown())?.buildStatus).toBe("TIMED_OUT");
});

test("P2.4, P2.11 the build of a deleted pipeline stays readable, and has ended", async () => {
  const { host, aws, shown } = await building();
  await aws.send(new DeletePipelineCommand({ name: "release" }));
  host.advance(61_000);
  await host.core.builds.endOrphans();
  expect(await shown()).toMatchObject({ buildStatus: "STOPPED", buildComplete: true });
});

test("P2.17 the build of an action that has ended is as that ended, though its last state never came", async () => {
  const { host, worker, job, shown } = await building();
  await worker.fail(job.id, { type: "JobFailed", message: "Build terminated with state: FAILED" });
  host.advance(61_000);
  await host.core.builds.endOrphans();
  expect(await shown()).toMatchObject({ buildStatus: "FAILED", buildComplete: true });
});
