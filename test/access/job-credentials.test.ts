import { randomBytes } from "node:crypto";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import type { Caller, JobGrant, SignedRequest, TemporaryCredentials } from "../../src/core/access/types.ts";
import { accessAt, sha256 } from "./support.ts";

const NOW = Date.UTC(2026, 8, 30, 12, 0, 0);
const HOUR = 3_600_000;
const grant: JobGrant = {
  jobId: "3c8cb4bd-5b1f-4a3e-9d0b-3f9d4f1f7a11",
  actionExecutionId: "5f8fbf2b-24a2-4d5b-8f2f-9b1c3f0f4c22",
  account: "000000000000",
  region: "eu-west-1",
  read: [{ bucket: "artifacts", key: "web/Source/a1.zip" }],
  write: [{ bucket: "artifacts", key: "web/Build/b2.zip" }],
  expires: NOW + HOUR,
};

async function getObject(credentials: TemporaryCredentials): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service: "s3",
    region: "eu-west-1",
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
  });
  const path = "/artifacts/web/Source/a1.zip";
  const request = {
    method: "GET",
    protocol: "http:",
    hostname: "localhost",
    path,
    headers: { host: "localhost" },
  };
  const { headers } = await signer.sign(request, { signingDate: new Date(NOW) });
  return {
    method: "GET",
    path,
    query: "",
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  };
}

const options = { service: ["s3"], skewMs: 15 * 60_000 };

test("decision 8: a job's keys sign as any temporary keys do, and carry what they open", async () => {
  const access = accessAt(NOW);
  const keys = access.issueJobCredentials(grant);
  expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(keys.secretAccessKey).toHaveLength(40);
  const { caller, scope, payload } = await access.verify(await getObject(keys), options);
  expect(caller).toMatchObject({
    kind: "job",
    account: "000000000000",
    accessKeyId: keys.accessKeyId,
    grant,
  });
  expect(scope).toEqual({ account: "000000000000", region: "eu-west-1" });
  expect(payload).toBe(sha256(""));
});

test("A15: they end when the grant does", async () => {
  const secret = randomBytes(32);
  const keys = accessAt(NOW, { secret }).issueJobCredentials({ ...grant, expires: NOW + 1 });
  const request = await getObject(keys);
  expect(await accessAt(NOW, { secret }).verify(request, options)).toBeDefined();
  await expect(accessAt(NOW + 1, { secret }).verify(request, options)).rejects.toMatchObject({
    code: "ExpiredToken",
    message: "The security token included in the request is expired",
  });
});

test("A15: they end with their job, in signatures and in passwords", async () => {
  const asked: string[] = [];
  let jobIsOpen = true;
  const access = accessAt(NOW, {
    jobIsOpen: async (jobId) => {
      asked.push(jobId);
      return jobIsOpen;
    },
  });
  const { accessKeyId, secretAccessKey, sessionToken } = access.issueJobCredentials(grant);
  const request = await getObject({ accessKeyId, secretAccessKey, sessionToken, expires: grant.expires });
  const password = () => access.verifySecret(accessKeyId, secretAccessKey, sessionToken);
  expect(await access.verify(request, options)).toBeDefined();
  expect(await password()).toBeDefined();
  jobIsOpen = false;
  await expect(access.verify(request, options)).rejects.toMatchObject({ code: "ExpiredToken" });
  expect(await password()).toBeUndefined();
  expect(new Set(asked)).toEqual(new Set([grant.jobId]));
});

test("they are nobody's where they weren't issued", async () => {
  const keys = accessAt(NOW).issueJobCredentials(grant);
  await expect(accessAt(NOW).verify(await getObject(keys), options)).rejects.toMatchObject({
    code: "UnrecognizedClient",
  });
});

test("A15: neither half goes with another's", async () => {
  const access = accessAt(NOW);
  const mine = access.issueJobCredentials(grant);
  const other = access.issueJobCredentials({ ...grant, jobId: "another" });
  const mixed: [TemporaryCredentials, string][] = [
    [{ ...mine, sessionToken: other.sessionToken }, "UnrecognizedClient"],
    [{ ...mine, accessKeyId: other.accessKeyId }, "UnrecognizedClient"],
    [{ ...mine, secretAccessKey: other.secretAccessKey }, "InvalidSignature"],
  ];
  for (const [keys, code] of mixed)
    await expect(access.verify(await getObject(keys), options)).rejects.toMatchObject({ code });
});

test("with any credentials allowed they still are the job's, with its signature", async () => {
  const access = accessAt(NOW, { allowAnyCredentials: true });
  const keys = access.issueJobCredentials(grant);
  expect((await access.verify(await getObject(keys), options)).caller.kind).toBe("job");
  await expect(
    access.verify(await getObject({ ...keys, secretAccessKey: "wrong" }), options),
  ).rejects.toMatchObject({ code: "InvalidSignature" });
});

test("S6.3 (a): a pair of key and secret is compared as a whole", async () => {
  const access = accessAt(NOW);
  const { accessKeyId, secretAccessKey, sessionToken } = access.issueJobCredentials(grant);
  expect(await access.verifySecret(accessKeyId, secretAccessKey, sessionToken)).toMatchObject({
    kind: "job",
  });
  expect(await access.verifySecret(accessKeyId, secretAccessKey)).toBeUndefined();
  expect(await access.verifySecret(accessKeyId, "wrong", sessionToken)).toBeUndefined();
  const root = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  expect(await access.verifySecret("AKIDEXAMPLE", root)).toMatchObject({ kind: "root" });
  expect(await access.verifySecret("AKIDEXAMPLE", "")).toBeUndefined();
  expect(await access.verifySecret("AKIDOTHER", root)).toBeUndefined();
});

test("api.md §9: root may do all in its account, a job no operation at all", async () => {
  const access = accessAt(NOW);
  const { caller: job } = await access.verify(await getObject(access.issueJobCredentials(grant)), options);
  const root = (await access.verifySecret("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))!;
  const mine = "arn:aws:codepipeline:us-east-1:000000000000:web";
  const foreign = "arn:aws:codepipeline:us-east-1:111122223333:web";
  const action = "codepipeline:GetPipeline";
  const asking = (caller: Caller, ...resources: string[]) =>
    access.authorize(
      caller,
      action,
      resources.map((resource) => ({ action, resource })),
      unasked,
    );
  for (const resource of [mine, "*", "arn:aws:codepipeline:us-east-1::actiontype:Custom/Build/x/1"])
    await asking(root, resource);
  await expect(asking(root, mine, foreign)).rejects.toThrow(
    `User: arn:aws:iam::000000000000:root is not authorized to perform: codepipeline:GetPipeline on resource: ${foreign} because no identity-based policy allows the codepipeline:GetPipeline action`,
  );
  for (const resources of [[mine], ["*"], []])
    await expect(asking(job, ...resources)).rejects.toThrow(/is not authorized/);
});

/** Of root and jobs nothing about the request is asked. */
function unasked(): never {
  throw new Error("the circumstances were looked at");
}
