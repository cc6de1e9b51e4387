import type { PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { ORIGIN, pass, registerTypes, worked } from "../codepipeline/support/workers.ts";
import { awsCli, hasAwsCli } from "../support/aws-cli.ts";
import { recording } from "./support/recorder.ts";

describe.skipIf(!hasAwsCli)(
  "AWS CLI (skipped where `aws` is not installed; api.md §19)",
  { timeout: 180_000 },
  () => {
    const isCovered = recording("aws-cli");
    let fixture: Fixture;
    beforeAll(async () => {
      fixture = await startServer();
      await registerTypes(fixture.client);
    });
    afterAll(() => fixture[Symbol.asyncDispose]());

    /** Runs `aws codepipeline …` and reads its answer. */
    async function aws(...args: string[]) {
      const { url: endpoint, region, credentials, dataDir } = fixture.server;
      const stdout = await awsCli({ endpoint, region, credentials }, dataDir)("codepipeline", ...args);
      return stdout === "" ? {} : JSON.parse(stdout);
    }
    const json = (value: unknown) => JSON.stringify(value);

    it("creates, reads, edits and updates a pipeline", async () => {
      const given = worked([stage("Release", approval())]);
      const created = await aws("create-pipeline", "--pipeline", json(given), "--tags", "key=team,value=a");
      expect(created).toMatchObject({
        pipeline: { name: "app", version: 1 },
        tags: [{ key: "team", value: "a" }],
      });
      const { pipeline, metadata } = await aws("get-pipeline", "--name", "app");
      expect(metadata.pipelineArn).toBe("arn:aws:codepipeline:us-east-1:000000000000:app");
      const edited: PipelineDeclaration = { ...pipeline, variables: [{ name: "Env", defaultValue: "dev" }] };
      const updated = await aws("update-pipeline", "--pipeline", json(edited));
      expect(updated.pipeline).toEqual({ ...edited, version: 2 });
    });

    it("lists pipelines page by page", async () => {
      const listed = await aws("list-pipelines", "--page-size", "1");
      expect(listed.pipelines).toMatchObject([{ name: "app", version: 2, pipelineType: "V2" }]);
    });

    it("starts an execution, approves it and sees it succeed", async () => {
      const { pipelineExecutionId } = await aws("start-pipeline-execution", "--name", "app");
      // The first job is of the execution that the update cut: its stage is free when it has ended (E11.2).
      await pass(fixture.client, ORIGIN, ORIGIN);
      const { stageStates } = await aws("get-pipeline-state", "--name", "app");
      const { token } = stageStates[1].actionStates[0].latestExecution;
      const answer = await aws(
        ...["put-approval-result", "--pipeline-name", "app", "--stage-name", "Release"],
        ...["--action-name", "Approve", "--token", token, "--result", "status=Approved,summary=fine"],
      );
      expect(answer).toHaveProperty("approvedAt");
      const { pipelineExecution } = await aws(
        ...["get-pipeline-execution", "--pipeline-name", "app"],
        ...["--pipeline-execution-id", pipelineExecutionId],
      );
      expect(pipelineExecution.status).toBe("Succeeded");
    });

    it("shows refusals by name and text", async () => {
      await expect(aws("get-pipeline", "--name", "nobody")).rejects.toThrow(
        /\(PipelineNotFoundException\).*Account '000000000000' does not have a pipeline with name 'nobody'/,
      );
    });

    it("tells of executions, and stops one", async () => {
      const { pipelineExecutionId } = await aws("start-pipeline-execution", "--name", "app");
      const of = ["--pipeline-name", "app"];
      await aws(
        "stop-pipeline-execution",
        ...of,
        "--pipeline-execution-id",
        pipelineExecutionId,
        "--abandon",
      );
      const { pipelineExecutionSummaries: executions } = await aws(
        "list-pipeline-executions",
        ...of,
        "--page-size",
        "1",
      );
      expect(executions[0]).toMatchObject({ pipelineExecutionId, status: "Stopped" });
      const filter = `pipelineExecutionId=${pipelineExecutionId}`;
      const { actionExecutionDetails } = await aws("list-action-executions", ...of, "--filter", filter);
      expect(actionExecutionDetails).toMatchObject([{ actionName: "Fetch", status: "Abandoned" }]);
    });

    it("closes and opens a transition", async () => {
      const transition = [
        "--pipeline-name",
        "app",
        "--stage-name",
        "Release",
        "--transition-type",
        "Inbound",
      ];
      expect(await aws("disable-stage-transition", ...transition, "--reason", "not now")).toEqual({});
      const { stageStates } = await aws("get-pipeline-state", "--name", "app");
      expect(stageStates[1].inboundTransitionState).toMatchObject({
        enabled: false,
        disabledReason: "not now",
      });
      expect(await aws("enable-stage-transition", ...transition)).toEqual({});
    });

    it("lists action types and changes tags", async () => {
      const { actionTypes } = await aws("list-action-types", "--action-owner-filter", "Custom");
      expect(actionTypes).toHaveLength(3);
      const arn = ["--resource-arn", "arn:aws:codepipeline:us-east-1:000000000000:app"];
      await aws("tag-resource", ...arn, "--tags", "key=stage,value=b");
      await aws("untag-resource", ...arn, "--tag-keys", "team");
      expect(await aws("list-tags-for-resource", ...arn)).toEqual({ tags: [{ key: "stage", value: "b" }] });
    });

    it("deletes without a word", async () => {
      expect(await aws("delete-pipeline", "--name", "app")).toEqual({});
    });

    it("calls the operations that docs/conformance.md says", () => isCovered());
  },
);
