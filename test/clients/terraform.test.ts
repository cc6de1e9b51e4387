import {
  GetPipelineCommand,
  ListActionTypesCommand,
  ListTagsForResourceCommand,
  ListWebhooksCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { recording } from "./support/recorder.ts";
import { hasTerraform, type Terraform, terraform } from "./support/terraform.ts";

/** The provider takes seconds to start, twice a command. */
const TIMEOUT = 480_000;
const first = { team: "a", branch: "main" };
const second = { team: "b", branch: "next" };

describe.skipIf(!hasTerraform)(
  "Terraform's aws provider (skipped where `terraform` or a mirror with the provider is missing; api.md §19)",
  { timeout: TIMEOUT },
  () => {
    const isCovered = recording("terraform");
    let fixture: Fixture;
    let at: Terraform;
    beforeAll(async () => {
      fixture = await startServer();
      const { url: endpoint, region, credentials } = fixture.server;
      using clients = clientsOf({ endpoint, region, credentials });
      await clients.s3.send(new CreateBucketCommand({ Bucket: "artifacts" }));
      at = await terraform(fixture.server);
    }, TIMEOUT);
    afterAll(async () => {
      await at?.[Symbol.asyncDispose]();
      await fixture?.[Symbol.asyncDispose]();
    });

    const apply = (variables: typeof first) => at.run(["apply", "-auto-approve"], variables);

    test("creates an action type, a pipeline of it, and a webhook", async () => {
      expect((await apply(first)).output).toContain(
        "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
      );
    });

    test("plans nothing when nothing has changed", async () => {
      const { code, output } = await at.run(["plan", "-detailed-exitcode"], first);
      expect(output).toContain("No changes.");
      expect(code).toBe(0);
    });

    test("updates pipeline, webhook and tags in place", async () => {
      expect((await apply(second)).output).toContain(
        "Apply complete! Resources: 0 added, 3 changed, 0 destroyed.",
      );
      const { client } = fixture;
      const { pipeline, metadata } = await client.send(new GetPipelineCommand({ name: "web" }));
      expect(pipeline?.stages?.[0]?.actions?.[0]?.configuration?.BranchName).toBe("next");
      const { tags } = await client.send(
        new ListTagsForResourceCommand({ resourceArn: metadata?.pipelineArn }),
      );
      expect(tags).toEqual([{ key: "team", value: "b" }]);
      const { webhooks = [] } = await client.send(new ListWebhooksCommand());
      expect(webhooks[0]?.definition?.filters?.[0]?.matchEquals).toBe("refs/heads/next");
    });

    test("destroys them all", async () => {
      const { output } = await at.run(["destroy", "-auto-approve"], second);
      expect(output).toContain("Destroy complete! Resources: 3 destroyed.");
      const { actionTypes } = await fixture.client.send(
        new ListActionTypesCommand({ actionOwnerFilter: "Custom" }),
      );
      expect(actionTypes).toEqual([]);
    });

    test("calls the operations that docs/conformance.md says", () => isCovered());
  },
);
