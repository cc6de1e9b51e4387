import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SignedRequest } from "../../src/core/access/types.ts";
import { accessAt, SKEW_MS, SUITE_KEY, sha256 } from "./support.ts";

const NOW = Date.UTC(2026, 8, 30, 12, 0, 0);
const HOST = "127.0.0.1:4750";

interface Plain {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const LIST: Plain = {
  method: "POST",
  path: "/",
  query: {},
  headers: {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "CodePipeline_20150709.ListPipelines",
  },
  body: "{}",
};

/** Signs with the SDK's own signer, and puts the request as node's listener would hand it out. */
async function signed(
  plain: Plain,
  { service = "codepipeline", at = NOW, credentials = SUITE_KEY, region = "us-east-1" } = {},
): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  const { headers } = await signer.sign(
    {
      method: plain.method,
      protocol: "http:",
      hostname: HOST,
      path: plain.path,
      query: { ...plain.query },
      headers: { host: HOST, ...plain.headers, "x-amz-content-sha256": sha256(plain.body) },
      body: plain.body,
    },
    { signingDate: new Date(at) },
  );
  return {
    method: plain.method,
    path: plain.path,
    query: Object.entries(plain.query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join("&"),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [bytes(value)]])),
    ...(service !== "s3" && { bodyHash: sha256(plain.body) }),
  };
}

const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");

const access = accessAt(NOW);
const verify = (request: SignedRequest, service = "codepipeline", verifier = access) =>
  verifier.verify(request, { service: [service], skewMs: SKEW_MS });

/** As clients encode a path: all but the unreserved characters of RFC 3986. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const word = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((text) => text !== "__proto__");
const plain: fc.Arbitrary<Plain> = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
  path: fc
    .array(
      word.filter((text) => text !== "." && text !== ".."),
      { minLength: 1, maxLength: 4 },
    )
    .map((segments) => `/${segments.map(encoded).join("/")}`),
  query: fc.dictionary(word, word, { maxKeys: 4, noNullPrototype: true }),
  headers: fc.dictionary(
    fc.stringMatching(/^x-amz-meta-[a-z0-9-]{1,8}$/),
    // The SDK folds Unicode's blanks too, though it sends them as they are: such values never match.
    word.map((text) => text.replace(/[^\S ]/g, "")),
    { maxKeys: 3, noNullPrototype: true },
  ),
  body: word,
});

test.each(["codepipeline", "s3"])("whatever the SDK signs for %s is accepted", async (service) => {
  await fc.assert(
    fc.asyncProperty(plain, async (given) => {
      const verified = await verify(await signed(given, { service }), service);
      expect(verified).toMatchObject({ service, payload: sha256(given.body), caller: { kind: "root" } });
    }),
    { numRuns: 300 },
  );
});

test("the caller is root of the default account, in the region that was signed for", async () => {
  expect(await verify(await signed(LIST, { region: "eu-west-1" }))).toEqual({
    caller: {
      kind: "root",
      account: "000000000000",
      arn: "arn:aws:iam::000000000000:root",
      accessKeyId: SUITE_KEY.accessKeyId,
    },
    scope: { account: "000000000000", region: "eu-west-1" },
    service: "codepipeline",
    payload: sha256("{}"),
  });
});

const MISMATCH = /^The request signature we calculated does not match the signature you provided\./;

test.each<[string, (request: SignedRequest) => SignedRequest]>([
  ["another body", (request) => ({ ...request, bodyHash: sha256('{"nextToken":"x"}') })],
  ["another method", (request) => ({ ...request, method: "PUT" })],
  ["another path", (request) => ({ ...request, path: "/other" })],
  ["a path encoded twice", (request) => ({ ...request, path: "/%252F" })],
  ["another query", (request) => ({ ...request, query: "x=1" })],
  ["another host", (request) => withHeader(request, "host", ["example.com"])],
  [
    "another target",
    (request) => withHeader(request, "x-amz-target", ["CodePipeline_20150709.DeletePipeline"]),
  ],
  [
    "a second target",
    (request) => withHeader(request, "x-amz-target", [...request.headers["x-amz-target"]!, "Other.Target"]),
  ],
  ["another security token", (request) => withHeader(request, "x-amz-security-token", ["t"])],
])("A24: %s than was signed is refused", async (_, alter) => {
  await expect(verify(alter(await signed(LIST)))).rejects.toMatchObject({
    name: "AccessError",
  });
});

test("a wrong secret is told from a wrong key id", async () => {
  const secret = await signed(LIST, { credentials: { ...SUITE_KEY, secretAccessKey: "wrong" } });
  await expect(verify(secret)).rejects.toMatchObject({
    code: "InvalidSignature",
    message: expect.stringMatching(MISMATCH),
  });
  const key = await signed(LIST, { credentials: { ...SUITE_KEY, accessKeyId: "AKIDOTHER" } });
  await expect(verify(key)).rejects.toMatchObject({
    code: "UnrecognizedClient",
    message: "The security token included in the request is invalid.",
  });
});

test.each(["", "0", "zz".repeat(32), "0".repeat(64), "0".repeat(128)])(
  "A2: the signature '%s' is refused as any wrong one",
  async (signature) => {
    const request = await signed(LIST);
    const header = request.headers.authorization![0]!.replace(/Signature=.*/, `Signature=${signature}`);
    await expect(verify(withHeader(request, "authorization", [header]))).rejects.toMatchObject({
      code: signature === "" ? "IncompleteSignature" : "InvalidSignature",
    });
  },
);

test("the skew is five minutes either way", async () => {
  const minutes = (count: number) => NOW + count * 60_000;
  for (const at of [minutes(-5), minutes(5)]) expect(await verify(await signed(LIST, { at }))).toBeDefined();
  await expect(verify(await signed(LIST, { at: minutes(-6) }))).rejects.toMatchObject({
    code: "RequestExpired",
    message:
      "Signature expired: 20260930T115400Z is now earlier than 20260930T115500Z (20260930T120000Z - 5 min.)",
  });
  await expect(verify(await signed(LIST, { at: minutes(6) }))).rejects.toMatchObject({
    code: "RequestExpired",
    message:
      "Signature not yet current: 20260930T120600Z is still later than 20260930T120500Z (20260930T120000Z + 5 min.)",
  });
});

test.each([
  [
    "/us-east-1/codepipeline/",
    "/us-east-1/s3/",
    /^Credential should be scoped to correct service: 'codepipeline'\.$/,
  ],
  ["/us-east-1/", "/US EAST/", /^Credential should be scoped to a valid region, not 'US EAST'\.$/],
  ["aws4_request", "aws3_request", /valid terminator: 'aws4_request', not 'aws3_request'/],
  ["20260930/", "20260929/", /'20260929' != '20260930', from '20260930T120000Z'\.$/],
  ["/us-east-1/", "/us-west-2/", MISMATCH],
  [";x-amz-target", "", /'x-amz-target' must be a 'SignedHeader'/],
  [";host", "", /^'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization\.$/],
])("A24: a scope or list of headers with '%s' made '%s' is refused", async (part, instead, message) => {
  const request = await signed(LIST);
  const header = request.headers.authorization![0]!.replace(part, instead);
  await expect(verify(withHeader(request, "authorization", [header]))).rejects.toMatchObject({
    code: "InvalidSignature",
    message: expect.stringMatching(message),
  });
});

test.each([
  ["Basic dXNlcjpwYXNz", /^Unsupported AWS 'algorithm': 'Basic'/],
  [
    "AWS4-HMAC-SHA256 Nothing=1",
    /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization=AWS4-HMAC-SHA256$/,
  ],
  ["AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", /exactly 5 slash-delimited elements/],
])("the header '%s' is incomplete", async (header, message) => {
  const request = withHeader(await signed(LIST), "authorization", [header]);
  await expect(verify(request)).rejects.toMatchObject({
    code: "IncompleteSignature",
    message: expect.stringMatching(message),
  });
});

test("A24: two Authorization headers are refused", async () => {
  const request = await signed(LIST);
  const twice = withHeader(request, "authorization", [
    ...request.headers.authorization!,
    "AWS4-HMAC-SHA256 x",
  ]);
  await expect(verify(twice)).rejects.toMatchObject({ code: "IncompleteSignature" });
});

test("without a signature there is nobody", async () => {
  const request = withHeader(await signed(LIST), "authorization", undefined);
  await expect(verify(request)).rejects.toMatchObject({
    code: "MissingAuthenticationToken",
    message: "Missing Authentication Token",
  });
});

test("with any credentials allowed, an unknown key with a wrong signature is root", async () => {
  const open = accessAt(NOW, { allowAnyCredentials: true });
  const request = await signed(LIST, {
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    at: 0,
  });
  const { caller } = await verify(request, "codepipeline", open);
  expect(caller).toMatchObject({ kind: "root", accessKeyId: "test", account: "000000000000" });
});

function withHeader(
  request: SignedRequest,
  name: string,
  values: readonly string[] | undefined,
): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: values } };
}
