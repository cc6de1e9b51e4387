import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "../support/server.ts";
import { type OddRequest, signedExchange } from "./support/signed-exchange.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ worker: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const LIST = "CodePipeline_20150709.ListPipelines";
const listing: OddRequest = {
  method: "POST",
  path: "/",
  headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": LIST },
  body: "{}",
  service: "codepipeline",
};
const answerTo = async (change: Partial<OddRequest>) => {
  const { status, body } = await signedExchange(server, { ...listing, ...change });
  return `${status} ${body}`;
};

test("A24: a signature counts for the service that it was made for (api.md §1.1)", async () => {
  expect(await answerTo({})).toBe('200 {"pipelines":[]}');
  for (const service of ["s3", "codebuild", "codecommit", "sts"] as const)
    expect(await answerTo({ service })).toMatch(
      /^400 .*InvalidSignatureException.*scoped to correct service: 'codepipeline'/,
    );
});

test("A24: what names the operation must be signed, and be there once", async () => {
  const { "x-amz-target": _, ...others } = listing.headers ?? {};
  expect(await answerTo({ headers: others, unsigned: { "x-amz-target": LIST } })).toMatch(
    /^400 .*'x-amz-target' must be a 'SignedHeader'/,
  );
  expect(
    await answerTo({ unsigned: { "X-Amz-Target": "CodePipeline_20150709.DeletePipeline" } }),
  ).not.toMatch(/^200/);
  expect(await answerTo({ unsigned: { "x-amz-security-token": "t" } })).toMatch(/^400/);
});

test("A24: the order of headers is nobody's business", async () => {
  const { "content-type": type = "", "x-amz-target": target = "" } = listing.headers ?? {};
  expect(await answerTo({ headers: { "x-amz-target": target, "content-type": type } })).toMatch(/^200/);
});

test("A24: a JSON operation takes no presigned request", async () => {
  const url = new URL(server.server.url);
  const { credentials, region } = server.config;
  const signer = new SignatureV4({ service: "codepipeline", region, credentials, sha256: Sha256 });
  const { headers, query } = await signer.presign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      headers: { host: url.host, ...listing.headers },
      body: "{}",
    },
    { expiresIn: 60 },
  );
  const presigned = new URL(url);
  for (const [name, value] of Object.entries(query ?? {})) presigned.searchParams.set(name, String(value));
  const answer = await fetch(presigned, {
    method: "POST",
    headers: { ...headers, ...listing.headers },
    body: "{}",
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("MissingAuthenticationTokenException");
});

test("A24: a path that is spelt otherwise is another path, signed or not", async () => {
  for (const path of ["//", "/%2F", "/%252F", "/.", "/x/.."])
    expect(await answerTo({ path })).not.toMatch(/^200/);
});
