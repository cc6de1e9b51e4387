import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLIENT, partnerFiles, SCANNER_TYPE } from "../codepipeline/support/partners.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { runs } from "../support/found.ts";
import { type GitHub, gitHub, TOKEN } from "../webhooks/support/github.ts";
import { recording } from "./support/recorder.ts";

const suite = fileURLToPath(new URL("boto3/suite.py", import.meta.url));

describe.skipIf(!runs("python3", "-c", "import boto3"))(
  "boto3 (skipped where `python3` has no boto3; api.md §19)",
  () => {
    const isCovered = recording("boto3");
    let fixture: Fixture;
    let host: GitHub;
    let cases: Readonly<Record<string, string | null>>;
    beforeAll(async () => {
      const partners = await partnerFiles({
        "partners.Test.Scanner.1": { actionType: SCANNER_TYPE, clients: [CLIENT] },
      });
      host = await gitHub();
      await host.createRepository("octo/shop");
      fixture = await startServer({ settings: { ...partners.settings, "github.endpoint": host.apiUrl } });
      const { url, region, credentials, dataDir } = fixture.server;
      const { stdout } = await promisify(execFile)("python3", [suite, CLIENT.clientToken, TOKEN], {
        env: {
          PATH: process.env.PATH,
          HOME: dataDir,
          AWS_ENDPOINT_URL: url,
          AWS_DEFAULT_REGION: region,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_MAX_ATTEMPTS: "1",
        },
      });
      cases = JSON.parse(stdout);
      await partners.remove();
    });
    afterAll(async () => {
      await fixture?.[Symbol.asyncDispose]();
      await host?.[Symbol.asyncDispose]();
    });

    test.each([
      "action types: create, list by owner, tags",
      "a partner's action type: get, update",
      "pipelines: create with tags, get, update, list page by page",
      "jobs: poll, acknowledge, details, success, failure, retry",
      "approvals: the token of the state, the answer, the execution's end",
      "history: action executions page by page, with filters; targets of deployments",
      "executions: start with variables' and revisions' members, stop, transitions",
      "a partner's jobs: poll, details, acknowledge, success, failure",
      "webhooks: put, list, delete",
      "a webhook is told to GitHub, and taken back",
      "conditions: a rule that fails, its history, an override; then a rollback",
      "errors are raised as the classes of their names",
      "deletion: pipelines and action types, also those that are gone",
    ])("%s", (name) => {
      expect(cases).toHaveProperty([name], null);
    });

    test("calls the operations that docs/conformance.md says", () => isCovered());
  },
);
