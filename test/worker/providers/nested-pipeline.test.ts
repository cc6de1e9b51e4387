import { describe, expect, it } from "vitest";
import { type ChildExecution, type Job, JobRefusedError } from "../../../src/worker/protocol.ts";
import { ProviderError } from "../../../src/worker/provider.ts";
import { nestedPipeline } from "../../../src/worker/providers/nested-pipeline.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { testFolder } from "../support/worker.ts";

const executionId = "0d3f2f0e-4a9b-4a57-8d51-0c8cbe0e0001";

/** A job, and a server that answers it with this child. */
async function nested(child: Partial<ChildExecution> | undefined, job: Partial<Job> = {}) {
  const { tools, texts } = await fakeTools(await testFolder());
  const asked: unknown[] = [];
  const answer = child && { executionId, status: "InProgress", variables: {}, ...child };
  const client: typeof tools.client = {
    ...tools.client,
    async startChild(jobId, request) {
      asked.push({ start: request, jobId });
      return answer === undefined
        ? { refused: { type: "ConfigurationError", message: "there is no such pipeline" } }
        : { child: answer };
    },
    async describeChild(jobId, id) {
      asked.push({ describe: id, jobId });
      return answer;
    },
  };
  const posted = fakeJob({
    actionTypeId: nestedPipeline.declaration.id,
    ...job,
    configuration: { PipelineName: "child", ...job.configuration },
  });
  return {
    job: posted,
    asked,
    texts,
    client,
    tools,
    run: () => nestedPipeline.run(posted, { ...tools, client }),
  };
}

const continued = { continuationToken: JSON.stringify({ executionId }) };

describe("Invoke/CodePipeline (P7.8, P7.9)", () => {
  it("starts the child with what its configuration gives, and goes on later", async () => {
    const { run, asked, job, texts } = await nested(
      {},
      {
        configuration: {
          Variables: '[{"name":"Flavor","value":"a \\"quoted\\" one"}]',
          SourceRevisions: '[{"actionName":"Fetch","revisionType":"COMMIT_ID","revisionValue":"c0ffee"}]',
        },
      },
    );
    expect(await run()).toEqual({
      kind: "done",
      summary: `Pipeline execution ${executionId} of child is InProgress`,
      externalExecutionId: executionId,
      continuationToken: JSON.stringify({ executionId }),
    });
    expect(asked).toEqual([
      {
        jobId: job.id,
        start: {
          variables: [{ name: "Flavor", value: 'a "quoted" one' }],
          sourceRevisions: [{ actionName: "Fetch", revisionType: "COMMIT_ID", revisionValue: "c0ffee" }],
        },
      },
    ]);
    expect(texts()).toEqual([`[Millrace] started execution ${executionId} of pipeline child`]);
  });

  it.each(["InProgress", "Stopping"])("goes on waiting while the child is %s", async (status) => {
    const { run, asked, job } = await nested({ status }, continued);
    expect(await run()).toMatchObject({ kind: "done", continuationToken: continued.continuationToken });
    expect(asked).toEqual([{ jobId: job.id, describe: executionId }]);
  });

  it("succeeds as the child does, with its id and its variables", async () => {
    const { run } = await nested(
      { status: "Succeeded", variables: { Flavor: "sour", ExecutionId: "no" } },
      continued,
    );
    const outcome = await run();
    expect(outcome).toMatchObject({
      kind: "done",
      externalExecutionId: executionId,
      outputVariables: { Flavor: "sour", ExecutionId: executionId },
    });
    expect(outcome).not.toHaveProperty("continuationToken");
  });

  it.each(["Failed", "Stopped", "Superseded", "Cancelled"])("fails when the child is %s", async (status) => {
    const { run } = await nested({ status }, continued);
    expect(await run()).toEqual({
      kind: "failed",
      type: "JobFailed",
      message: `Pipeline execution ${executionId} of child ended as ${status}`,
      externalExecutionId: executionId,
    });
  });

  it("ends once the child is started where nested.wait is false, however the child is", async () => {
    const settings = { "nested.wait": "false" };
    for (const status of ["InProgress", "Failed"]) {
      const { run } = await nested({ status, variables: { Flavor: "sour" } }, { settings });
      const outcome = await run();
      expect(outcome).toMatchObject({
        kind: "done",
        outputVariables: { Flavor: "sour", ExecutionId: executionId },
      });
      expect(outcome).not.toHaveProperty("continuationToken");
    }
  });

  it("fails with why the child could not be started", async () => {
    const { run } = await nested(undefined);
    await expect(run()).rejects.toEqual(new ProviderError("ConfigurationError", "there is no such pipeline"));
  });

  it("fails when the child was deleted while it ran", async () => {
    const { run } = await nested(undefined, continued);
    await expect(run()).rejects.toEqual(
      new ProviderError(
        "JobFailed",
        `Pipeline execution ${executionId} of child is not there any more: the pipeline was deleted`,
      ),
    );
  });

  it.each(["no", "{}", '["a"]', '[{"name":"a"}]', '[{"name":"a","value":1}]', "[null]"])(
    "refuses Variables that are %s, and starts nothing",
    async (Variables) => {
      const { run, asked } = await nested({}, { configuration: { Variables } });
      await expect(run()).rejects.toEqual(
        new ProviderError("ConfigurationError", "Variables is not a JSON array of name and value"),
      );
      expect(asked).toEqual([]);
    },
  );

  it("refuses SourceRevisions of another form, and starts nothing", async () => {
    const SourceRevisions = '[{"actionName":"Fetch","revisionType":"COMMIT_ID"}]';
    const { run, asked } = await nested({}, { configuration: { SourceRevisions } });
    await expect(run()).rejects.toEqual(
      new ProviderError(
        "ConfigurationError",
        "SourceRevisions is not a JSON array of actionName, revisionType and revisionValue",
      ),
    );
    expect(asked).toEqual([]);
  });

  it("P0.11 asks again when the server could not be reached, and not when it refuses", async () => {
    const { job, client, tools } = await nested({});
    const failures = [new Error("connection reset"), new JobRefusedError("JobNotFound", "gone")];
    const startChild: typeof client.startChild = async () => {
      throw failures.shift();
    };
    const flaky = { ...tools, client: { ...client, startChild } };
    await expect(nestedPipeline.run(job, flaky)).rejects.toEqual(new JobRefusedError("JobNotFound", "gone"));
    expect(failures).toEqual([]);
  });
});
