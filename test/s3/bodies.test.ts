import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Endpoint, startEndpoint } from "./support/endpoint.ts";
import { exchange, hmac, open, readResponse, type Signature, sha256, signedHead } from "./support/raw.ts";

let endpoint: Endpoint;
let s3: ReturnType<Endpoint["client"]>;
const Bucket = "things";
const path = "/things/key";
const PATIENT = { timeout: 30_000 };

beforeAll(async () => {
  endpoint = await startEndpoint();
  s3 = endpoint.client();
});
beforeEach(async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => endpoint.reset());
afterAll(() => endpoint[Symbol.asyncDispose]());

async function content(): Promise<string | undefined> {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "key" }));
  return got.Body?.transformToString();
}

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(async () => expect(await endpoint.files()).toEqual([]), PATIENT);
  for (const table of ["object_version", "content_part", "multipart_upload"] as const) {
    expect(await endpoint.store.read.selectFrom(table).selectAll().execute()).toEqual([]);
  }
  expect(endpoint.written).toEqual([]);
}

function put(headers: Record<string, string>, payload?: string): Signature {
  return signedHead({ method: "PUT", path, headers, ...(payload && { payload }) }, endpoint.port);
}

test("a half-sent body leaves no row and no file", async () => {
  const socket = await open(endpoint.port);
  socket.write(put({ "content-length": "1000" }).head);
  socket.write("x".repeat(500));
  await vi.waitFor(async () => expect(await endpoint.files()).toHaveLength(1), PATIENT);
  socket.destroy();
  await expectNothingLeft();
});

test("a half-sent part leaves no row and no file", async () => {
  const { body } = await exchange(
    endpoint.port,
    signedHead({ method: "POST", path, query: "uploads=" }, endpoint.port).head,
  );
  const [, uploadId] = /<UploadId>(.*)<\/UploadId>/.exec(body) ?? [];
  const socket = await open(endpoint.port);
  const query = `partNumber=1&uploadId=${uploadId}`;
  socket.write(
    signedHead({ method: "PUT", path, query, headers: { "content-length": "10" } }, endpoint.port).head,
  );
  socket.write("12345");
  await vi.waitFor(async () => expect(await endpoint.files()).toHaveLength(1), PATIENT);
  socket.destroy();
  await vi.waitFor(async () => expect(await endpoint.files()).toEqual([]), PATIENT);
  expect(await endpoint.store.read.selectFrom("content_part").selectAll().execute()).toEqual([]);
});

test.each([
  ["x-amz-content-sha256", {}, sha256("other"), "XAmzContentSHA256Mismatch"],
  ["Content-MD5", { "content-md5": md5("other") }, undefined, "BadDigest"],
  ["x-amz-checksum-crc32", { "x-amz-checksum-crc32": "AAAAAA==" }, undefined, "BadDigest"],
  ["x-amz-checksum-crc32c", { "x-amz-checksum-crc32c": "AAAAAA==" }, undefined, "BadDigest"],
  ["x-amz-checksum-crc64nvme", { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" }, undefined, "BadDigest"],
  [
    "x-amz-checksum-sha1",
    { "x-amz-checksum-sha1": Buffer.alloc(20).toString("base64") },
    undefined,
    "BadDigest",
  ],
  [
    "x-amz-checksum-sha256",
    { "x-amz-checksum-sha256": Buffer.alloc(32).toString("base64") },
    undefined,
    "BadDigest",
  ],
  ["x-amz-checksum-crc32 of a wrong length", { "x-amz-checksum-crc32": "AAA=" }, undefined, "InvalidRequest"],
  ["Content-MD5 that is none", { "content-md5": "hello" }, undefined, "InvalidDigest"],
] satisfies [string, Record<string, string>, string | undefined, string][])(
  "a body that isn't what %s says is refused and leaves nothing",
  async (_, headers, payload, code) => {
    const response = await exchange(
      endpoint.port,
      put({ "content-length": "5", ...headers }, payload).head,
      "hello",
    );
    expect(response.status).toBe(400);
    expect(response.body).toContain(`<Code>${code}</Code>`);
    await expectNothingLeft();
  },
);

test("a body that is what all of them say is kept", async () => {
  const headers = { "content-length": "5", "content-md5": md5("hello"), "x-amz-checksum-crc32": "NhCmhg==" };
  const response = await exchange(endpoint.port, put(headers, sha256("hello")).head, "hello");
  expect(response.status).toBe(200);
  expect(response.head).toMatch(/x-amz-checksum-crc32: NhCmhg==/);
  expect(await content()).toBe("hello");
});

test("a body without a length is refused with 411", async () => {
  const response = await exchange(endpoint.port, put({ "transfer-encoding": "chunked" }).head, "0\r\n\r\n");
  expect(response.status).toBe(411);
  expect(response.body).toContain("<Code>MissingContentLength</Code>");
});

test("a body above 5 GiB is refused before it is sent", async () => {
  const { head } = put({ "content-length": String(5 * 1024 ** 3 + 1), expect: "100-continue" });
  const response = await exchange(endpoint.port, head);
  expect(response.status).toBe(400);
  expect(response.body).toContain("<Code>EntityTooLarge</Code>");
  expect(response.head).not.toContain("100 Continue");
});

test("100 Continue comes after the signature was verified, and not before", async () => {
  const { head } = put({ "content-length": "5", expect: "100-continue" });
  const refused = await exchange(endpoint.port, head.replace(/Signature=\w{4}/, "Signature=0000"));
  expect(refused.status).toBe(403);
  expect(refused.head).not.toContain("100 Continue");

  const socket = await open(endpoint.port);
  socket.write(head);
  const answer = readResponse(socket);
  await vi.waitFor(() => expect(socket.bytesRead).toBeGreaterThan(0), PATIENT);
  socket.write("hello");
  expect((await answer).head).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  socket.destroy();
});

test("who is refused while sending hears why, and a small rest doesn't cost the connection", async () => {
  const socket = await open(endpoint.port);
  const { head } = signedHead(
    { method: "PUT", path: "/nowhere/key", headers: { "content-length": "1000000" } },
    endpoint.port,
  );
  socket.write(head);
  socket.write("x".repeat(1_000_000));
  expect(await readResponse(socket)).toMatchObject({
    status: 404,
    body: expect.stringContaining("NoSuchBucket"),
  });
  socket.write(put({ "content-length": "5" }).head);
  socket.write("hello");
  expect((await readResponse(socket)).status).toBe(200);
  socket.destroy();
});

describe("aws-chunked", () => {
  const text = "hello, chunks";
  const trailer = `x-amz-checksum-crc32:${crcOf(text)}`;
  const streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const decodedLength = {
    "x-amz-decoded-content-length": String(text.length),
    "content-encoding": "aws-chunked",
  };

  /** Chunks of 5 bytes with their signatures, and the trailer's. */
  function signedBody({ seed, timestamp, scope, key }: Signature, trailers?: string): string {
    let previous = seed;
    const sign = (kind: string, ...hashes: string[]) => {
      previous = hmac(key, [kind, timestamp, scope, previous, ...hashes].join("\n")).toString("hex");
      return previous;
    };
    const chunk = (bytes: string) => {
      const signature = sign("AWS4-HMAC-SHA256-PAYLOAD", sha256(""), sha256(bytes));
      return `${bytes.length.toString(16)};chunk-signature=${signature}\r\n${bytes}${bytes && "\r\n"}`;
    };
    const body = ["hello", ", chu", "nks", ""].map(chunk).join("");
    if (trailers === undefined) return `${body}\r\n`;
    const signature = sign("AWS4-HMAC-SHA256-TRAILER", sha256(`${trailers}\n`));
    return `${body}${trailers}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
  }

  function chunkedHead(body: string, payload: string, headers: Record<string, string> = {}): Signature {
    return put({ ...decodedLength, ...headers, "content-length": String(body.length) }, payload);
  }

  /** The head must be signed before the body is, and says the body's length. */
  function signedRequest(payload: string, trailers?: string): [head: string, body: string] {
    const headers: Record<string, string> =
      trailers === undefined ? {} : { "x-amz-trailer": "x-amz-checksum-crc32" };
    const probe = signedBody(put({}), trailers);
    const signature = chunkedHead(probe, payload, headers);
    return [signature.head, signedBody(signature, trailers)];
  }

  test("signed chunks are decoded", async () => {
    expect((await exchange(endpoint.port, ...signedRequest(streaming))).status).toBe(200);
    expect(await content()).toBe(text);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "key" }));
    expect(got.ContentEncoding).toBeUndefined();
  });

  test("signed chunks with a signed trailer are decoded, whatever the pieces they arrive in", async () => {
    const [head, body] = signedRequest(`${streaming}-TRAILER`, trailer);
    const socket = await open(endpoint.port);
    socket.setNoDelay(true);
    socket.write(head);
    for (const byte of body) {
      await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    }
    const response = await readResponse(socket);
    expect(response.head).toContain(`x-amz-checksum-crc32: ${crcOf(text)}`);
    expect(await content()).toBe(text);
    socket.destroy();
  });

  test("a chunk that isn't what was signed is refused and leaves nothing", async () => {
    const [head, body] = signedRequest(streaming);
    const response = await exchange(endpoint.port, head, body.replace("nks", "nkz"));
    expect(response.status).toBe(403);
    expect(response.body).toContain("<Code>SignatureDoesNotMatch</Code>");
    await expectNothingLeft();
  });

  test("a last chunk with a wrong signature is refused and leaves nothing", async () => {
    const [head, body] = signedRequest(streaming);
    const response = await exchange(
      endpoint.port,
      head,
      body.replace(/(\r\n0;chunk-signature=)\w{8}/, "$100000000"),
    );
    expect(response.status).toBe(403);
    await expectNothingLeft();
  });

  test("a trailer that was altered is refused and leaves nothing", async () => {
    const [head, body] = signedRequest(`${streaming}-TRAILER`, trailer);
    const response = await exchange(
      endpoint.port,
      head,
      body.replace(trailer, "x-amz-checksum-crc32:AAAAAA=="),
    );
    expect(response.status).toBe(403);
    await expectNothingLeft();
  });

  test("an unsigned trailer's checksum is verified", async () => {
    const body = `d\r\n${text}\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n`;
    const payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    const announced = { "x-amz-trailer": "x-amz-checksum-crc32" };
    const wrong = await exchange(endpoint.port, chunkedHead(body, payload, announced).head, body);
    expect(wrong.body).toContain("<Code>BadDigest</Code>");
    await expectNothingLeft();
    const right = body.replace("AAAAAA==", crcOf(text));
    expect((await exchange(endpoint.port, chunkedHead(right, payload, announced).head, right)).status).toBe(
      200,
    );
    expect(await content()).toBe(text);
  });

  test.each([
    ["ends early", "d\r\nhello", "IncompleteBody"],
    ["has a chunk longer than it says", `5\r\n${text}\r\n0\r\n\r\n`, "InvalidRequest"],
    ["has fewer bytes than declared", "5\r\nhello\r\n0\r\n\r\n", "IncompleteBody"],
    ["has more bytes than declared", `e\r\n${text}!\r\n0\r\n\r\n`, "IncompleteBody"],
    ["doesn't begin with a size", `zz\r\n${text}\r\n0\r\n\r\n`, "InvalidRequest"],
    ["has a chunk header without end", "1".repeat(5000), "InvalidRequest"],
    ["goes on behind its end", `d\r\n${text}\r\n0\r\n\r\nmore`, "InvalidRequest"],
    ["lacks the announced trailer", `d\r\n${text}\r\n0\r\n\r\n`, "InvalidRequest"],
  ])("a body that %s is refused and leaves nothing", async (_, body, code) => {
    const head = chunkedHead(body, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", {
      "x-amz-trailer": "x-amz-checksum-crc32",
    });
    const response = await exchange(endpoint.port, head.head, body);
    expect(response.status).toBe(400);
    expect(response.body).toContain(`<Code>${code}</Code>`);
    await expectNothingLeft();
  });
});

function md5(text: string): string {
  return createHash("md5").update(text).digest("base64");
}

function crcOf(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64");
}
