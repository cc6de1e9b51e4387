import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusal } from "../codepipeline/support/server.ts";
import { ALLOW_ALL, type Installation, installation, type Key } from "../support/users.ts";

let here: Installation;
let root: S3Client;
beforeAll(async () => {
  here = await installation();
  root = clientOf(here.server.credentials);
  for (const Bucket of ["site", "other"]) await root.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ["home/a", "home/b", "secret"])
    await root.send(new PutObjectCommand({ Bucket: "site", Key, Body: Key }));
});
afterAll(() => here[Symbol.asyncDispose]());

const clientOf = (key: Key) => new S3Client({ ...here.configOf(key), forcePathStyle: true });
const allow = (Action: string | string[], Resource: string, Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const as = async (...statements: object[]) => clientOf(await here.userWith(statements));

test("api.md §9: a user reads and writes the objects that its policy names, and no others", async () => {
  const s3 = await as(
    allow("s3:GetObject", "arn:aws:s3:::site/home/*"),
    allow("s3:PutObject", "arn:aws:s3:::site/home/${aws:username}/*"),
  );
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "site", Key: "home/a" }));
  expect(await Body?.transformToString()).toBe("home/a");
  await s3.send(new HeadObjectCommand({ Bucket: "site", Key: "home/a" }));
  const refused = await refusal(s3.send(new GetObjectCommand({ Bucket: "site", Key: "secret" })));
  expect(refused).toMatch(
    /^AccessDenied: User: arn:aws:iam::000000000000:user\/user\d+ is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::site\/secret because no identity-based policy allows the s3:GetObject action$/,
  );
  for (const attempt of [
    () => s3.send(new PutObjectCommand({ Bucket: "site", Key: "home/a", Body: "x" })),
    () => s3.send(new CreateMultipartUploadCommand({ Bucket: "site", Key: "home/a" })),
    () => s3.send(new CopyObjectCommand({ Bucket: "site", Key: "home/copy", CopySource: "site/home/a" })),
    () => s3.send(new ListObjectsV2Command({ Bucket: "site" })),
    () => s3.send(new ListBucketsCommand({})),
    () => s3.send(new CreateBucketCommand({ Bucket: "fresh" })),
    () => s3.send(new DeleteBucketCommand({ Bucket: "other" })),
    () =>
      s3.send(
        new PutBucketVersioningCommand({ Bucket: "site", VersioningConfiguration: { Status: "Enabled" } }),
      ),
    // Whether a bucket is there is nobody's business who may do nothing in it.
    () => s3.send(new ListObjectsV2Command({ Bucket: "missing" })),
    () => s3.send(new DeleteObjectsCommand({ Bucket: "missing", Delete: { Objects: [{ Key: "a" }] } })),
  ])
    expect(await refusal(attempt())).toMatch(/^AccessDenied/);
  const unchanged = await root.send(new GetObjectCommand({ Bucket: "site", Key: "home/a" }));
  expect(await unchanged.Body?.transformToString()).toBe("home/a");
});

test("api.md §9.2: policy variables name a user's own folder", async () => {
  const key = await here.userWith([allow("s3:PutObject", "arn:aws:s3:::site/home/${aws:username}/*")], {
    name: "ann",
  });
  const s3 = clientOf(key);
  await s3.send(new PutObjectCommand({ Bucket: "site", Key: "home/ann/notes", Body: "mine" }));
  const others = s3.send(new PutObjectCommand({ Bucket: "site", Key: "home/bob/notes", Body: "mine" }));
  expect(await refusal(others)).toMatch(/^AccessDenied/);
});

test("api.md §9.2: s3:prefix narrows listings", async () => {
  const s3 = await as(
    allow("s3:ListBucket", "arn:aws:s3:::site", { StringLike: { "s3:prefix": ["home/*"] } }),
  );
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "site", Prefix: "home/" }));
  expect(Contents?.map(({ Key }) => Key)).toContain("home/b");
  for (const Prefix of [undefined, "se"])
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: "site", Prefix })))).toMatch(
      /^AccessDenied/,
    );
});

test("a copy needs leave to read its source", async () => {
  const s3 = await as(
    allow("s3:PutObject", "arn:aws:s3:::other/*"),
    allow("s3:GetObject", "arn:aws:s3:::site/home/*"),
  );
  const copy = (source: string) =>
    s3.send(new CopyObjectCommand({ Bucket: "other", Key: "copy", CopySource: source }));
  expect(await refusal(copy("site/secret"))).toMatch(
    /^AccessDenied.*s3:GetObject on resource: arn:aws:s3:::site\/secret/,
  );
  await copy("site/home/a");
});

test("DeleteObjects deletes what may be deleted, and says of each other one why not", async () => {
  for (const Key of ["mine/1", "kept/1"])
    await root.send(new PutObjectCommand({ Bucket: "other", Key, Body: "x" }));
  const s3 = await as(allow("s3:DeleteObject", "arn:aws:s3:::other/mine/*"));
  const { Deleted, Errors } = await s3.send(
    new DeleteObjectsCommand({
      Bucket: "other",
      Delete: { Objects: [{ Key: "kept/1" }, { Key: "mine/1" }] },
    }),
  );
  expect(Deleted).toEqual([expect.objectContaining({ Key: "mine/1" })]);
  expect(Errors).toEqual([
    {
      Key: "kept/1",
      Code: "AccessDenied",
      Message: expect.stringContaining("s3:DeleteObject on resource: arn:aws:s3:::other/kept/1"),
    },
  ]);
  await root.send(new HeadObjectCommand({ Bucket: "other", Key: "kept/1" }));
});

test("a presigned URL lets through what its signer may do, as long as the signer may", async () => {
  const key = await here.userWith([ALLOW_ALL], { name: "signer" });
  const url = await getSignedUrl(clientOf(key), new GetObjectCommand({ Bucket: "site", Key: "secret" }));
  expect((await fetch(url)).status).toBe(200);
  await here.users.setDisabled({ account: "000000000000", name: "signer" }, true);
  expect((await fetch(url)).status).toBe(403);
});
