/** The embedded worker delivers in another region what the pipeline's own has fetched (E3.7). */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import {
  bucketWith,
  deliver,
  deliveryOf,
  deployment,
  objectSource,
  versionedBucket,
} from "../e2e/support/delivery.ts";
import { emptyDatabase } from "../support/store.ts";

test("E3.7 S3 source at home, S3 deployment in another region", async () => {
  await using stack = new AsyncDisposableStack();
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  const {
    url: endpoint,
    region,
    credentials,
  } = stack.use(await createServer({ ...place, logLevel: "error" }));
  const clients = stack.use(clientsOf({ endpoint, region, credentials }));
  await bucketWith(clients, "inbox", { "index.html": "hello" });
  for (const bucket of ["near", "site"]) await versionedBucket(clients, bucket);
  await versionedBucket(clients, "far", "eu-west-1");
  const pipeline = {
    ...deliveryOf("web", objectSource("inbox", "code.zip"), { ...deployment("site"), region: "eu-west-1" }),
    artifactStores: {
      [region]: { type: "S3" as const, location: "near" },
      "eu-west-1": { type: "S3" as const, location: "far" },
    },
  };
  expect(await deliver(clients, pipeline, "Publish")).toMatchObject({ status: "Succeeded" });
  const got = await clients.s3.send(new GetObjectCommand({ Bucket: "site", Key: "index.html" }));
  expect(await got.Body?.transformToString()).toBe("hello");
});
