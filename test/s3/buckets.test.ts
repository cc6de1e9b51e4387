import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { reservedBucketNames } from "../../src/core/artifacts/index.ts";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { exchange, signedHead } from "./support/raw.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

test("a bucket is created, found, listed and deleted", async () => {
  const created = await s3.send(new CreateBucketCommand({ Bucket: "things" }));
  expect(created.Location).toBe("/things");
  expect((await s3.send(new HeadBucketCommand({ Bucket: "things" }))).BucketRegion).toBe("us-east-1");
  const listed = await s3.send(new ListBucketsCommand({}));
  expect(listed.Buckets).toMatchObject([{ Name: "things", CreationDate: expect.any(Date) }]);
  await s3.send(new DeleteBucketCommand({ Bucket: "things" }));
  await expect(s3.send(new HeadBucketCommand({ Bucket: "things" }))).rejects.toMatchObject({
    name: "NotFound",
  });
  await expect(s3.send(new DeleteBucketCommand({ Bucket: "things" }))).rejects.toMatchObject({
    name: "NoSuchBucket",
  });
});

test("a bucket has the region it was asked for, else the signature's", async () => {
  const there = endpoint.client({ region: "eu-central-1" });
  await there.send(new CreateBucketCommand({ Bucket: "signed-there" }));
  await s3.send(
    new CreateBucketCommand({
      Bucket: "asked-for",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    }),
  );
  const location = async (Bucket: string) =>
    (await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint;
  expect(await location("signed-there")).toBe("eu-central-1");
  expect(await location("asked-for")).toBe("eu-west-1");
  await s3.send(new CreateBucketCommand({ Bucket: "default-one" }));
  expect(await location("default-one")).toBeUndefined();
});

test("one's own bucket again is an error, except in us-east-1; another account's name is taken", async () => {
  const there = endpoint.client({ region: "eu-central-1" });
  await there.send(new CreateBucketCommand({ Bucket: "mine" }));
  await expect(there.send(new CreateBucketCommand({ Bucket: "mine" }))).rejects.toMatchObject({
    name: "BucketAlreadyOwnedByYou",
    $metadata: { httpStatusCode: 409 },
  });
  await s3.send(new CreateBucketCommand({ Bucket: "mine" }));
  await endpoint.objects.ensureBucket({
    name: "theirs",
    account: "111111111111",
    region: "us-east-1",
    versioned: false,
  });
  await expect(s3.send(new CreateBucketCommand({ Bucket: "theirs" }))).rejects.toMatchObject({
    name: "BucketAlreadyExists",
  });
});

test("buckets of another account are closed, and not listed", async () => {
  await endpoint.objects.ensureBucket({
    name: "theirs",
    account: "111111111111",
    region: "us-east-1",
    versioned: false,
  });
  await expect(s3.send(new HeadBucketCommand({ Bucket: "theirs" }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
  await expect(
    s3.send(new PutObjectCommand({ Bucket: "theirs", Key: "k", Body: "x" })),
  ).rejects.toMatchObject({
    name: "AccessDenied",
  });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
});

test.each([
  ...reservedBucketNames,
  "ab",
  "Upper",
  "a..b",
  "-ab",
  "ab-",
  "192.168.0.1",
  "a_b",
  "x".repeat(64),
])("%s can't be a bucket's name", async (name) => {
  const { status, body } = await exchange(
    endpoint.port,
    signedHead({ method: "PUT", path: `/${name}` }, endpoint.port).head,
  );
  expect(status).toBe(400);
  expect(body).toContain("<Code>InvalidBucketName</Code>");
});

test("a bucket with objects can't be deleted", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "things" }));
  await s3.send(new PutObjectCommand({ Bucket: "things", Key: "k", Body: "x" }));
  await expect(s3.send(new DeleteBucketCommand({ Bucket: "things" }))).rejects.toMatchObject({
    name: "BucketNotEmpty",
    $metadata: { httpStatusCode: 409 },
  });
});

test("what isn't here is answered 501 by its name, never with an empty success", async () => {
  const Bucket = "things";
  await s3.send(new CreateBucketCommand({ Bucket }));
  const refusal = (name: string) => ({
    name: "NotImplemented",
    message: expect.stringContaining(name),
    $metadata: { httpStatusCode: 501 },
  });
  await expect(s3.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject(refusal("GetBucketAcl"));
  await expect(s3.send(new GetObjectTaggingCommand({ Bucket, Key: "k" }))).rejects.toMatchObject(
    refusal("GetObjectTagging"),
  );
  await expect(
    s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [] } })),
  ).rejects.toMatchObject(refusal("PutBucketLifecycleConfiguration"));
  await expect(
    s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", Tagging: "a=b" })),
  ).rejects.toMatchObject({ name: "NotImplemented" });
  await expect(
    s3.send(new CreateBucketCommand({ Bucket: "locked", ObjectLockEnabledForBucket: true })),
  ).rejects.toMatchObject({ name: "NotImplemented" });
});

test("every answer has x-amz-request-id, and errors repeat it with code, message and resource", async () => {
  const good = await s3.send(new ListBucketsCommand({}));
  expect(good.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  const { head, body } = await exchange(
    endpoint.port,
    signedHead({ method: "GET", path: "/nowhere/k" }, endpoint.port).head,
  );
  const [, id] = /x-amz-request-id: (\S+)/.exec(head) ?? [];
  expect(body).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>nowhere</BucketName><Resource>/nowhere/k</Resource><RequestId>${id}</RequestId></Error>`,
  );
});

test("bad signatures, unknown keys, wrong clocks and unsigned requests get S3's errors", async () => {
  const list = (config: Parameters<Endpoint["client"]>[0]) =>
    endpoint.client(config).send(new ListBucketsCommand({}));
  await expect(
    list({ credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "x" } }),
  ).rejects.toMatchObject({
    name: "InvalidAccessKeyId",
  });
  await expect(
    list({ credentials: { accessKeyId: "AKIAROOTROOTROOTROOT", secretAccessKey: "wrong" } }),
  ).rejects.toMatchObject({ name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } });
  const unsigned = await fetch(endpoint.url);
  expect(unsigned.status).toBe(403);
  expect(await unsigned.text()).toContain("<Code>AccessDenied</Code>");
  endpoint.clockOffset = 14 * 60_000;
  await list({});
  endpoint.clockOffset = 16 * 60_000;
  const { head } = signedHead({ method: "GET", path: "/" }, endpoint.port);
  const skewed = await exchange(endpoint.port, head);
  expect(skewed).toMatchObject({
    status: 403,
    body: expect.stringContaining("<Code>RequestTimeTooSkewed</Code>"),
  });
});

test.each(["things.localhost", "things.s3.us-east-1.amazonaws.com", "things.s3.localhost"])(
  "the bucket may stand in the host: %s",
  async (host) => {
    await s3.send(new CreateBucketCommand({ Bucket: "things" }));
    const { head } = signedHead(
      { method: "PUT", path: "/a/b", headers: { "content-length": "5" }, host: `${host}:${endpoint.port}` },
      endpoint.port,
    );
    expect((await exchange(endpoint.port, head, "hello")).status).toBe(200);
    const found = await endpoint.objects.head("000000000000", "things", "a/b");
    expect(found?.size).toBe(5);
  },
);

test("documents that aren't what they should be get MalformedXML", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "things" }));
  const bodies = [
    "",
    "hello",
    "<Delete>",
    "<Other/>",
    "<Delete/>",
    "<Delete><Object/></Delete>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]><Delete><Object><Key>&a;</Key></Object></Delete>",
    "<Delete><Object><Key>&nbsp;</Key></Object></Delete>",
    `${"<Delete>".repeat(2000)}${"</Delete>".repeat(2000)}`,
    "<Delete><__proto__><Object><Key>a</Key></Object></__proto__></Delete>",
  ];
  for (const body of bodies) {
    const { head } = signedHead(
      {
        method: "POST",
        path: "/things",
        query: "delete=",
        headers: { "content-length": String(body.length) },
      },
      endpoint.port,
    );
    const response = await exchange(endpoint.port, head, body);
    expect(response.body, body.slice(0, 60)).toContain("<Code>MalformedXML</Code>");
    expect(response.status).toBe(400);
  }
});

test("a document above 4 MiB is refused", async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "things" }));
  const body = "x".repeat(4 * 1024 * 1024 + 1);
  const headers = { "content-length": String(body.length) };
  const { head } = signedHead({ method: "POST", path: "/things", query: "delete=", headers }, endpoint.port);
  expect((await exchange(endpoint.port, head, body)).body).toContain("<Code>MaxMessageLengthExceeded</Code>");
});
