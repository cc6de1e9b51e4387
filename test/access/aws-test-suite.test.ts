import { expect, test } from "vitest";
import { accessAt, request, SKEW_MS, sha256 } from "./support.ts";

/**
 * AWS's published SigV4 test suite (aws-sig-v4-test-suite): requests as they are on the wire, with the signatures that
 * the suite gives for them. Paths and queries are bytes, a character each, as node hands them out.
 */
const AMZ_DATE = "20150830T123600Z";
const SIGNED = "host;x-amz-date";

interface Vector {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly signed?: string;
  readonly body?: string;
  readonly signature: string;
}

const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");
const VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

const vectors: readonly Vector[] = [
  { name: "get-vanilla", signature: VANILLA },
  {
    name: "post-vanilla",
    method: "POST",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    name: "get-vanilla-empty-query-key",
    query: "Param1=value1",
    signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
  },
  {
    name: "get-vanilla-query-order-key-case",
    query: "Param2=value2&Param1=value1",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    name: "get-vanilla-utf8-query",
    query: bytes("ሴ=bar"),
    signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
  },
  {
    name: "get-header-key-duplicate",
    headers: { "my-header1": ["value2", "value2", "value1"] },
    signed: "host;my-header1;x-amz-date",
    signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
  },
  {
    name: "get-header-value-order",
    headers: { "my-header1": ["value4", "value1", "value3", "value2"] },
    signed: "host;my-header1;x-amz-date",
    signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
  },
  {
    name: "get-header-value-trim",
    headers: { "my-header1": " value1", "my-header2": ' "a   b   c"' },
    signed: "host;my-header1;my-header2;x-amz-date",
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  },
  {
    name: "get-unreserved",
    path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
  },
  {
    name: "get-utf8",
    path: bytes("/ሴ"),
    signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
  },
  {
    name: "get-space",
    path: "/example space/",
    signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
  },
  { name: "get-slash", path: "//", signature: VANILLA },
  { name: "get-relative", path: "/example/..", signature: VANILLA },
  { name: "get-slash-dot-slash", path: "/./", signature: VANILLA },
  {
    name: "get-slash-pointless-dot",
    path: "/./example",
    signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
  },
  {
    name: "get-slashes",
    path: "//example//",
    signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
  },
  {
    name: "post-x-www-form-urlencoded",
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    signed: "content-type;host;x-amz-date",
    body: "Param1=value1",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
];

test.each(vectors)(
  "AWS's test suite: $name",
  async ({ headers, signed = SIGNED, body = "", signature, ...parts }) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`;
    const verified = await accessAt("2015-08-30T12:36:00Z").verify(
      request({
        method: parts.method ?? "GET",
        path: parts.path ?? "/",
        query: parts.query ?? "",
        headers: { host: "example.amazonaws.com", "x-amz-date": AMZ_DATE, authorization, ...headers },
        bodyHash: sha256(body),
      }),
      { service: ["service"], skewMs: SKEW_MS },
    );
    expect(verified).toMatchObject({
      service: "service",
      scope: { region: "us-east-1" },
      payload: sha256(body),
    });
  },
);

test("without a body hash, a request that names none was signed as one without a body", async () => {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${SIGNED}, Signature=${VANILLA}`;
  const headers = { host: "example.amazonaws.com", "x-amz-date": AMZ_DATE, authorization };
  const verified = await accessAt("2015-08-30T12:36:00Z").verify(request({ headers }), {
    service: ["service"],
    skewMs: SKEW_MS,
  });
  expect(verified.payload).toBe(sha256(""));
});
