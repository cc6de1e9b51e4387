import { expect, test } from "vitest";
import { accessAt, request, sha256 } from "./support.ts";

/** The worked examples of the Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)". */
const root = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const access = accessAt("2013-05-24T00:00:00Z", { root });
const options = { service: ["s3"], skewMs: 15 * 60_000 };
const host = "examplebucket.s3.amazonaws.com";
const EMPTY = sha256("");

function authorization(signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;
}

interface Example {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly signed: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
  readonly signature: string;
}

test.each<Example>([
  {
    name: "GET object with a range",
    path: "/test.txt",
    signed: "host;range;x-amz-content-sha256;x-amz-date",
    headers: { range: "bytes=0-9" },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "PUT object",
    method: "PUT",
    path: "/test%24file.text",
    signed: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
    headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
    payload: sha256("Welcome to Amazon S3."),
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "GET bucket lifecycle",
    path: "/",
    query: "lifecycle",
    signed: "host;x-amz-content-sha256;x-amz-date",
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "list objects",
    path: "/",
    query: "max-keys=2&prefix=J",
    signed: "host;x-amz-content-sha256;x-amz-date",
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
])(
  "S3's example: $name",
  async ({ method = "GET", path, query = "", signed, signature, headers, payload = EMPTY }) => {
    const verified = await access.verify(
      request({
        method,
        path,
        query,
        headers: {
          host,
          ...headers,
          "x-amz-content-sha256": payload,
          "x-amz-date": "20130524T000000Z",
          authorization: authorization(signed, signature),
        },
      }),
      options,
    );
    expect(verified.payload).toBe(payload);
    expect(verified.chunks).toBeUndefined();
  },
);

const presigned =
  "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

test("S3's example: presigned GET", async () => {
  const verified = await access.verify(
    request({ path: "/test.txt", query: presigned, headers: { host } }),
    options,
  );
  expect(verified).toMatchObject({ payload: "UNSIGNED-PAYLOAD", caller: { kind: "root" } });
});

test.each([
  ["2013-05-25T00:00:01Z", "Request has expired"],
  ["2013-05-23T23:40:00Z", "Request is not valid yet"],
])("a presigned request at %s: %s", async (time, message) => {
  const late = accessAt(time, { root });
  await expect(
    late.verify(request({ path: "/test.txt", query: presigned, headers: { host } }), options),
  ).rejects.toMatchObject({ code: "AccessDenied", message });
});

test.each([
  [presigned.replace("86400", "604801"), /less than a week/],
  [presigned.replace("86400", "1h"), /should be a number/],
  [presigned.replace("&X-Amz-Expires=86400", ""), /requires the X-Amz-Algorithm, .* parameters/],
  [presigned.replace("&X-Amz-SignedHeaders=host", ""), /requires the X-Amz-Algorithm, .* parameters/],
  [presigned.replace("HMAC-SHA256", "HMAC-MD5"), /X-Amz-Algorithm only supports/],
  [`${presigned}&X-Amz-Expires=604800`, /sent 2 times/],
])("a presigned request with wrong parameters is refused", async (query, message) => {
  await expect(
    access.verify(request({ path: "/test.txt", query, headers: { host } }), options),
  ).rejects.toMatchObject({ code: "IncompleteSignature", message: expect.stringMatching(message) });
});

test("A24: a presigned query is no signature for a JSON service", async () => {
  await expect(
    access.verify(request({ query: presigned, headers: { host } }), {
      ...options,
      service: ["codepipeline"],
    }),
  ).rejects.toMatchObject({ code: "MissingAuthenticationToken" });
});

test("A24: one request can't carry two signatures", async () => {
  const headers = { host, authorization: authorization("host", "0".repeat(64)) };
  await expect(
    access.verify(request({ path: "/test.txt", query: presigned, headers }), options),
  ).rejects.toThrow(/Only one auth mechanism allowed/);
});

/** 66,560 letters `a` in chunks of 64 KiB, 1 KiB and none. */
const streamed = request({
  method: "PUT",
  path: "/examplebucket/chunkObject.txt",
  headers: {
    host: "s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    authorization: authorization(
      "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    ),
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "66560",
    "content-length": "66824",
  },
});
const chunks = [
  [sha256("a".repeat(65_536)), "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"],
  [sha256("a".repeat(1_024)), "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"],
  [EMPTY, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"],
] as const;

test("S3's example: signed chunks, in order", async () => {
  const { chunks: verifier } = await access.verify(streamed, options);
  expect(chunks.map(([hash, signature]) => verifier!.verifyChunk(hash, signature))).toEqual([
    true,
    true,
    true,
  ]);
});

test("signed chunks in another order, or altered, are refused", async () => {
  const swapped = (await access.verify(streamed, options)).chunks!;
  expect(swapped.verifyChunk(chunks[1][0], chunks[1][1])).toBe(false);
  const altered = (await access.verify(streamed, options)).chunks!;
  expect(altered.verifyChunk(sha256("b".repeat(65_536)), chunks[0][1])).toBe(false);
  const repeated = (await access.verify(streamed, options)).chunks!;
  expect(repeated.verifyChunk(...chunks[0])).toBe(true);
  expect(repeated.verifyChunk(...chunks[0])).toBe(false);
});
