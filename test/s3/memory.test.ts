import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";

const MiB = 1024 * 1024;
const size = 200 * MiB;
let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint[Symbol.asyncDispose]());

/** Frees what nobody holds: when V8 would do it by itself depends on how busy the machine is. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function held(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** Looks at what is held in buffers each time that so many bytes have gone by. */
function watch() {
  const before = held();
  let most = before;
  let passed = 0;
  return {
    pass(bytes: number) {
      if (Math.floor((passed + bytes) / (20 * MiB)) > Math.floor(passed / (20 * MiB)))
        most = Math.max(most, held());
      passed += bytes;
    },
    passed: () => passed,
    /** The most that was held beyond what was before, in MiB. */
    growth: () => (most - before) / MiB,
  };
}

/** Bytes don't pass the database, so once is enough. */
const onOtherDatabase = process.env.MILLRACE_TEST_DATABASE === "postgres";

test.skipIf(onOtherDatabase)(
  "200 MiB go in and out, client and server together, in less than 100 MiB of buffers",
  async () => {
    const s3 = endpoint.client();
    const object = { Bucket: "things", Key: "big" };
    await s3.send(new CreateBucketCommand({ Bucket: "things" }));
    const into = watch();
    async function* bytes() {
      const chunk = Buffer.alloc(64 * 1024, 7);
      for (; into.passed() < size; into.pass(chunk.length)) yield chunk;
    }
    const Body = Readable.from(bytes(), { objectMode: false });
    await s3.send(new PutObjectCommand({ ...object, Body, ContentLength: size }));
    expect(into.growth()).toBeLessThan(100);

    const out = watch();
    const sink = new Writable({
      write(chunk, _, done) {
        out.pass(chunk.length);
        done();
      },
    });
    await pipeline((await s3.send(new GetObjectCommand(object))).Body as Readable, sink);
    expect(out.growth()).toBeLessThan(100);
    expect(out.passed()).toBe(size);
  },
  180_000,
);
