/** A server whose operator has configured partners' action types, and pipelines that use them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActionDeclaration, ActionTypeDeclaration, ActionTypeId } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll } from "vitest";
import { type Fixture, startServer } from "./server.ts";

const ACCOUNT = "000000000000";

export const CLIENT = {
  account: ACCOUNT,
  clientId: "6c1a9a4e-9f1f-4a2c-8d5e-0a6f0f6d2b11",
  clientToken: "customer's word",
};

/** A partner's type that this server's account may use and polls for. */
export const SCANNER: ActionTypeId = {
  category: "Test",
  owner: "ThirdParty",
  provider: "Scanner",
  version: "1",
};

/** One that its partner allows no other account to use. */
export const FOREIGN: ActionTypeId = { ...SCANNER, provider: "Foreign" };
/** One that is there for everybody, but this account has no client of it. */
export const UNCLAIMED: ActionTypeId = { ...SCANNER, provider: "Unclaimed" };

export const SCANNER_TYPE: Omit<ActionTypeDeclaration, "id"> = {
  description: "Looks for leaks",
  executor: {
    type: "JobWorker",
    configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: [ACCOUNT] } },
    jobTimeout: 1000,
  },
  inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  permissions: { allowedAccounts: [ACCOUNT] },
  properties: [
    { name: "Project", optional: false, key: true, noEcho: false, queryable: false, description: "Which" },
    { name: "ApiKey", optional: true, key: false, noEcho: true, queryable: false },
  ],
  urls: {
    configurationUrl: "https://scanner.example/setup",
    entityUrlTemplate: "https://scanner.example/{Config:Project}",
    executionUrlTemplate: "https://scanner.example/{Config:Project}/{ExternalExecutionId}",
  },
};

export function scan(changes: Partial<ActionDeclaration> = {}): ActionDeclaration {
  return {
    name: "Scan",
    actionTypeId: SCANNER,
    configuration: { Project: "app", ApiKey: "s3cret" },
    ...changes,
  };
}

/** Writes what the settings of partners name. */
export async function partnerFiles(contents: Readonly<Record<string, unknown>>) {
  const folder = await mkdtemp(join(tmpdir(), "millrace-partners-"));
  const settings: Record<string, string> = {};
  for (const [name, content] of Object.entries(contents)) {
    settings[name] = join(folder, `${name}.json`);
    await writeFile(settings[name], typeof content === "string" ? content : JSON.stringify(content));
  }
  return { settings, remove: () => rm(folder, { recursive: true }) };
}

/** Registers the hooks; `fixture` has its value while a test runs. */
export function partneredServer() {
  const here: { fixture?: Fixture } = {};
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const files = await partnerFiles({
      "partners.Test.Scanner.1": { actionType: SCANNER_TYPE, clients: [CLIENT] },
      "partners.Test.Foreign.1": {
        account: "111122223333",
        actionType: {
          ...SCANNER_TYPE,
          executor: JOB_WORKER,
          permissions: { allowedAccounts: ["111122223333"] },
        },
        clients: [CLIENT],
      },
      "partners.Test.Unclaimed.1": {
        account: "111122223333",
        actionType: { ...SCANNER_TYPE, executor: JOB_WORKER, permissions: { allowedAccounts: ["*"] } },
      },
    });
    remove = files.remove;
    here.fixture = await startServer({ settings: files.settings });
  });
  afterAll(async () => {
    await here.fixture?.[Symbol.asyncDispose]();
    await remove();
  });
  return here as { readonly fixture: Fixture };
}

const JOB_WORKER: ActionTypeDeclaration["executor"] = {
  type: "JobWorker",
  configuration: { jobWorkerExecutorConfiguration: {} },
};
