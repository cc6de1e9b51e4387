import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

const MiB = 1024 * 1024;
const size = 400 * MiB;
let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint[Symbol.asyncDispose]());

/** The most memory that buffers took while `work` went on, beyond what they took before, in MiB. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }, 20);
  await work();
  clearInterval(timer);
  return (most - before) / MiB;
}

async function* bytes() {
  const chunk = Buffer.alloc(64 * 1024, 7);
  for (let left = size; left > 0; left -= chunk.length) yield chunk;
}

/** Bytes don't pass the database, so once is enough. */
const onOtherDatabase = process.env.MILLRACE_TEST_DATABASE === "postgres";

test.skipIf(onOtherDatabase)(
  "400 MiB go in and out, client and server together, in less than 150 MiB of buffers",
  async () => {
    const s3 = endpoint.client();
    const object = { Bucket: "things", Key: "big" };
    await s3.send(new CreateBucketCommand({ Bucket: "things" }));
    const Body = Readable.from(bytes(), { objectMode: false });
    const put = new PutObjectCommand({ ...object, Body, ContentLength: size });
    expect(await growth(() => s3.send(put))).toBeLessThan(150);
    let received = 0;
    const sink = new Writable({
      write(chunk, _, done) {
        received += chunk.length;
        done();
      },
    });
    const get = async () => pipeline((await s3.send(new GetObjectCommand(object))).Body as Readable, sink);
    expect(await growth(get)).toBeLessThan(150);
    expect(received).toBe(size);
  },
);
