/** `aws:SourceIp` where proxies stand in between: as deliveries to webhooks see it (S1.26 to S1.29). */
import { CodePipelineClient, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signed } from "../logs/support/signed.ts";
import { ACCOUNT, type Installation, installation, type Key, policyOf } from "../support/users.ts";

const OFFICE = { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } };
const ANYTHING = { Effect: "Allow", Action: "*", Resource: "*" };

type Ask = (here: Installation, key: Key, header: Record<string, string>) => Promise<number | undefined>;

/** As the proxy adds it: after the request was signed. */
function addHeaders(client: { readonly middlewareStack: object }, headers: Record<string, string>): void {
  // All clients' stacks are alike, but for what their operations take.
  const { middlewareStack } = client as CodePipelineClient;
  middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, headers);
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
}

const statusOf = (work: Promise<{ $metadata: { httpStatusCode?: number } }>) =>
  work.then(
    ({ $metadata }) => $metadata.httpStatusCode,
    (error: { $metadata: { httpStatusCode?: number } }) => error.$metadata.httpStatusCode,
  );

const listPipelines: Ask = async (here, key, headers) => {
  const client = new CodePipelineClient(here.configOf(key));
  addHeaders(client, headers);
  const status = await statusOf(client.send(new ListPipelinesCommand({})));
  client.destroy();
  return status;
};
const listBuckets: Ask = async (here, key, headers) => {
  const client = new S3Client({ ...here.configOf(key), forcePathStyle: true });
  addHeaders(client, headers);
  const status = await statusOf(client.send(new ListBucketsCommand({})));
  client.destroy();
  return status;
};
const assumeRole: Ask = async (here, key, headers) => {
  const client = new STSClient(here.configOf(key));
  addHeaders(client, headers);
  const RoleArn = "arn:aws:iam::000000000000:role/office";
  const status = await statusOf(client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "night" })));
  client.destroy();
  return status;
};
const clone: Ask = async (here, { accessKeyId, secretAccessKey }, headers) => {
  const authorization = `Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString("base64")}`;
  const url = `${here.server.url}/git/none.git/info/refs?service=git-upload-pack`;
  return (await fetch(url, { headers: { authorization, ...headers } })).status;
};
const read =
  (path: string): Ask =>
  async (here, key, headers) => {
    const { url, region } = here.server;
    return (await signed(url, path, key, { headers, region })).status;
  };

const NONE = "00000000-0000-4000-8000-000000000000";
/** With the statuses of whoever is let in, and of whoever isn't. */
const asks: readonly (readonly [what: string, ask: Ask, status: number, refused: number])[] = [
  ["AWS's JSON", listPipelines, 200, 400],
  ["S3", listBuckets, 200, 403],
  ["STS", assumeRole, 200, 403],
  ["git", clone, 404, 403],
  ["explanations", read("/explain?pipeline=none"), 404, 403],
  ["logs", read(`/logs/${NONE}`), 404, 403],
  ["events", read("/events"), 200, 403],
];

describe.each([
  [
    "x-forwarded-for",
    ["203.0.113.9", "198.51.100.1, 203.0.113.9", "203.0.113.9:443, 10.1.2.3"],
    [undefined, "198.51.100.1", "203.0.113.9, 198.51.100.1", "203.0.113.9, unknown", ""],
  ],
  [
    "forwarded",
    ['for=203.0.113.9;proto=https, for="[2001:db8::1]:80"'],
    [undefined, "for=198.51.100.1", "for=203.0.113.9, for=_hidden"],
  ],
] as const)("behind trusted proxies that write %s", (header, inside, outside) => {
  let here: Installation;
  let key: Key;
  beforeAll(async () => {
    const trustedProxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"];
    here = await installation({ trustedProxies, forwardedHeader: header });
    key = await officeUser(here);
  });
  afterAll(() => here[Symbol.asyncDispose]());

  test.each(asks)("%s: policies see the client that the proxies tell of", async (_, ask, status, refused) => {
    const statuses = (values: readonly (string | undefined)[]) =>
      Promise.all(values.map((value) => ask(here, key, value === undefined ? {} : { [header]: value })));
    expect(await statuses(inside)).toEqual(inside.map(() => status));
    expect(await statuses(outside)).toEqual(outside.map(() => refused));
  });

  test("the other header is ignored", async () => {
    const other = header === "forwarded" ? "x-forwarded-for" : "forwarded";
    const value = header === "forwarded" ? "203.0.113.9" : "for=203.0.113.9";
    expect(await listBuckets(here, key, { [other]: value })).toBe(403);
  });
});

test("without trusted proxies it is the connection's, whatever headers say", async () => {
  await using here = await installation();
  const key = await officeUser(here);
  expect(await listBuckets(here, key, { "x-forwarded-for": "203.0.113.9" })).toBe(403);
  const local = await here.userWith([
    { ...ANYTHING, Condition: { IpAddress: { "aws:SourceIp": "127.0.0.0/8" } } },
  ]);
  expect(await listBuckets(here, local, { "x-forwarded-for": "203.0.113.9" })).toBe(200);
});

/** May do anything from the office, and take the role `office`. */
async function officeUser(here: Installation): Promise<Key> {
  await here.roles.create(
    { account: ACCOUNT, name: "office" },
    {
      policy: policyOf(ANYTHING),
      trust: policyOf({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      }),
      tags: {},
    },
  );
  return here.userWith([{ ...ANYTHING, Condition: OFFICE }]);
}
