/** A partner of an account of its own, who works for a customer's pipelines in another (api.md §14, §16). */
import {
  AcknowledgeThirdPartyJobCommand,
  type ActionTypeDeclaration,
  CodePipelineClient,
  GetActionTypeCommand,
  GetThirdPartyJobDetailsCommand,
  ListActionTypesCommand,
  PollForThirdPartyJobsCommand,
  PutThirdPartyJobSuccessResultCommand,
  UpdateActionTypeCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALLOW_ALL, type Installation, installation, OTHER_ACCOUNT } from "../support/users.ts";
import { ROLE, stage } from "./support/declarations.ts";
import { CLIENT, partnerFiles, SCANNER, SCANNER_TYPE, scan } from "./support/partners.ts";
import { refusal } from "./support/server.ts";
import { createWorked, fetch, ORIGIN, pass, stageState, statusOf } from "./support/workers.ts";

const { clientToken } = CLIENT;
const THIRD_ACCOUNT = "444455556666";
let here: Installation;
let customer: CodePipelineClient;
let partner: CodePipelineClient;
let stranger: CodePipelineClient;
let remove: () => Promise<void>;

beforeAll(async () => {
  const files = await partnerFiles({
    "partners.Test.Scanner.1": {
      account: OTHER_ACCOUNT,
      actionType: {
        ...SCANNER_TYPE,
        executor: { type: "JobWorker", configuration: { jobWorkerExecutorConfiguration: {} } },
      },
      clients: [CLIENT],
    },
  });
  remove = files.remove;
  here = await installation({ settings: files.settings });
  const clientOf = async (account: string) =>
    new CodePipelineClient(here.configOf(await here.userWith([ALLOW_ALL], { account })));
  customer = new CodePipelineClient(here.configOf(here.server.credentials));
  partner = await clientOf(OTHER_ACCOUNT);
  stranger = await clientOf(THIRD_ACCOUNT);
});
afterAll(async () => {
  for (const client of [customer, partner, stranger]) client.destroy();
  await here[Symbol.asyncDispose]();
  await remove();
});

test("the partner polls for the customer's jobs and does them with their keys; nobody else does", async () => {
  const executionId = await createWorked(customer, {
    name: "app",
    roleArn: ROLE,
    stages: [
      stage("Source", fetch({ outputArtifacts: [] })),
      stage("Test", scan({ outputArtifacts: [{ name: "Report" }] })),
    ],
  });
  await pass(customer, ORIGIN);
  const poll = new PollForThirdPartyJobsCommand({ actionTypeId: SCANNER });
  for (const client of [customer, stranger])
    expect(await refusal(client.send(poll))).toMatch(/^ActionTypeNotFoundException: /);
  const { jobs: [job] = [] } = await partner.send(poll);
  expect(job?.clientId).toBe(CLIENT.clientId);
  const jobId = job!.jobId!;

  const details = new GetThirdPartyJobDetailsCommand({ jobId, clientToken });
  const missing = `JobNotFoundException: Job with id '${jobId}' does not exist`;
  expect(await refusal(stranger.send(details))).toBe(missing);
  const { jobDetails } = await partner.send(details);
  const { nonce, data } = jobDetails ?? {};
  expect(JSON.stringify(data?.pipelineContext)).not.toContain(CLIENT.account);
  await partner.send(new AcknowledgeThirdPartyJobCommand({ jobId, nonce, clientToken }));

  const { bucketName: Bucket, objectKey: Key } = data!.outputArtifacts![0]!.location!.s3Location!;
  const { accessKeyId = "", secretAccessKey = "", sessionToken = "" } = data!.artifactCredentials!;
  const s3Of = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new S3Client({ ...here.configOf(credentials), forcePathStyle: true });
  await s3Of({ accessKeyId, secretAccessKey, sessionToken }).send(
    new PutObjectCommand({ Bucket, Key, Body: "clean" }),
  );
  const kept = await s3Of(here.server.credentials).send(new GetObjectCommand({ Bucket, Key }));
  expect(await kept.Body?.transformToString()).toBe("clean");

  const done = new PutThirdPartyJobSuccessResultCommand({ jobId, clientToken });
  expect(await refusal(stranger.send(done))).toBe(missing);
  await partner.send(done);
  expect(await statusOf(customer, executionId)).toBe("Succeeded");
});

test("the partner changes the type; allowed accounts see it and no others, and what isn't allowed any more fails", async () => {
  const get = new GetActionTypeCommand(SCANNER);
  const { actionType } = await partner.send(get);
  expect((await customer.send(get)).actionType).toEqual(actionType);
  expect(await refusal(stranger.send(get))).toMatch(/^ActionTypeNotFoundException: /);
  const update = (permissions: ActionTypeDeclaration["permissions"], client = partner) =>
    client.send(
      new UpdateActionTypeCommand({ actionType: { ...actionType, permissions } as ActionTypeDeclaration }),
    );
  expect(await refusal(update({ allowedAccounts: ["*"] }, customer))).toMatch(
    /^ActionTypeNotFoundException: /,
  );

  const executionId = await createWorked(customer, {
    name: "later",
    roleArn: ROLE,
    stages: [stage("Source", fetch({ outputArtifacts: [] })), stage("Test", scan())],
  });
  await update({ allowedAccounts: [THIRD_ACCOUNT] });
  expect(await refusal(customer.send(get))).toMatch(/^ActionTypeNotFoundException: /);
  expect((await stranger.send(get)).actionType?.id).toEqual(SCANNER);
  const { actionTypes = [] } = await customer.send(
    new ListActionTypesCommand({ actionOwnerFilter: "ThirdParty" }),
  );
  expect(actionTypes.some(({ id }) => id?.provider === SCANNER.provider)).toBe(false);
  await pass(customer, ORIGIN);
  expect(await statusOf(customer, executionId, "later")).toBe("Failed");
  const { actionStates: [state] = [] } = await stageState(customer, "Test", "later");
  expect(state?.latestExecution?.errorDetails?.code).toBe("ConfigurationError");
});
