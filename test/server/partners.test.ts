import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import {
  type ActionTypeDeclaration,
  type ActionTypeIdentifier,
  CodePipelineClient,
  GetActionTypeCommand,
  UpdateActionTypeCommand,
} from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { CLIENT, partnerFiles, SCANNER, SCANNER_TYPE } from "../codepipeline/support/partners.ts";
import { emptyDatabase } from "../support/store.ts";

const NAME = "partners.Test.Scanner.1";
const GOOD = { actionType: SCANNER_TYPE, clients: [CLIENT] };

test.each<[string, Record<string, unknown>, RegExp]>([
  ["what isn't JSON", { [NAME]: "{" }, /must hold one JSON object/],
  ["an account that is none", { [NAME]: { ...GOOD, account: "12" } }, /an 'account' of 12 digits/],
  ["a file without a type", { [NAME]: { clients: [] } }, /must have an 'actionType'/],
  [
    "a type that lacks a member",
    { [NAME]: { actionType: { ...SCANNER_TYPE, executor: { type: "JobWorker" } } } },
    /is not an action type: .*Value at 'executor.configuration' .*must not be null/,
  ],
  [
    "a type that UpdateActionType would refuse",
    {
      [NAME]: { actionType: { ...SCANNER_TYPE, inputArtifactDetails: { minimumCount: 3, maximumCount: 2 } } },
    },
    /Maximum Number of Artifacts \(2\)/,
  ],
  [
    "a client without a token",
    { [NAME]: { ...GOOD, clients: [{ ...CLIENT, clientToken: "" }] } },
    /must have 'clients'/,
  ],
  [
    "a client whose id is no UUID (api.md §2.2)",
    { [NAME]: { ...GOOD, clients: [{ ...CLIENT, clientId: "our best customer" }] } },
    /must have 'clients', a list of .* a UUID in lower case/,
  ],
  ["two clients of an account", { [NAME]: { ...GOOD, clients: [CLIENT, CLIENT] } }, /two clients of account/],
  ["a type of Millrace's own", { "partners.Source.GitHub.1": GOOD }, /names a type that Millrace has itself/],
  [
    "a name that lacks a part",
    { "partners.Test.Scanner": GOOD },
    /there is no setting 'partners.Test.Scanner'/,
  ],
])("P8.2 a server doesn't start with %s, and says which setting it is", async (_, contents, message) => {
  const { settings, remove } = await partnerFiles(contents);
  const starting = createServer({ settings, worker: false });
  await expect(starting).rejects.toThrow(message);
  await expect(starting).rejects.toThrow(Object.keys(contents)[0]);
  await expect(starting).rejects.not.toThrow(CLIENT.clientToken);
  await remove();
});

test("P8.2 a file that isn't there is named", async () => {
  const { settings, remove } = await partnerFiles({ [NAME]: GOOD });
  await rm(settings[NAME]!);
  await expect(createServer({ settings, worker: false })).rejects.toThrow(/can't be read \(ENOENT\)/);
  await remove();
});

test("an update outlives the server, until the operator changes what it was made on (api.md §14)", async () => {
  const first = await partnerFiles({ [NAME]: GOOD });
  const operators = { ...SCANNER_TYPE, description: "operator's" };
  const changed = await partnerFiles({ [NAME]: { ...GOOD, actionType: operators } });
  const { place, remove } = await emptyDatabase();
  const secretKey = randomBytes(32).toString("hex");
  const calling = async <T>(settings: Record<string, string>, call: (client: CodePipelineClient) => T) => {
    await using server = await createServer({ ...place, secretKey, settings, worker: false });
    const { url: endpoint, region, credentials } = server;
    return await call(new CodePipelineClient({ endpoint, region, credentials }));
  };
  const described = (settings: Record<string, string>) =>
    calling(settings, async (client) => {
      const { actionType } = await client.send(new GetActionTypeCommand(SCANNER));
      return actionType?.description;
    });
  const partners = { ...SCANNER_TYPE, id: SCANNER as ActionTypeIdentifier, description: "partner's" };
  const update = new UpdateActionTypeCommand({ actionType: partners as ActionTypeDeclaration });
  await calling(first.settings, (client) => client.send(update));
  expect(await described(first.settings)).toBe("partner's");
  expect(await described(changed.settings)).toBe("operator's");
  expect(await described(first.settings)).toBe("partner's");
  await Promise.all([first.remove(), changed.remove(), remove()]);
});
