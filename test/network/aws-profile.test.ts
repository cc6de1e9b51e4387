/** Keys of profiles, as AWS's own tools find them (P0.6, P10.5). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { awsProfile } from "../../src/network/aws-profile.ts";
import { awsKeys } from "../../src/network/aws-request.ts";
import { temporaryFolder } from "../cli/millrace.ts";
import { KEYS, startOutside } from "../worker/support/outside.ts";

const printed = JSON.stringify({ Version: 1, AccessKeyId: "ASIAPROCESS", SecretAccessKey: "said-77d0" });

const CONFIG = `
[profile process]
credential_process = echo '${printed}'
[profile failing]
credential_process = sh -c 'echo "no such vault: hush-3f60" >&2; exit 3' --token=hush-90ab
[profile chained]
role_arn = arn:aws:iam::000000000000:role/r
source_profile = failing
[profile role]
role_arn = arn:aws:iam::000000000000:role/deploy
source_profile = written
region = us-east-1
endpoint_url = STS
[profile hanging]
credential_process = sleep 2; echo '${printed}'
[profile circle]
role_arn = arn:aws:iam::000000000000:role/r
source_profile = circle
`;
const CREDENTIALS = `
[written]
aws_access_key_id = ${KEYS.accessKeyId}
aws_secret_access_key = ${KEYS.secretAccessKey}
endpoint_url = http://127.0.0.1:9
`;

const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>taken-1b7e</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

let sts: Awaited<ReturnType<typeof startOutside>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  sts = await startOutside(() => ({ headers: { "content-type": "text/xml" }, body: ASSUMED }));
  const files = { config: CONFIG.replace("STS", sts.url), credentials: CREDENTIALS };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  vi.stubEnv("AWS_CONFIG_FILE", join(folder.path, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder.path, "credentials"));
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  vi.unstubAllEnvs();
  sts[Symbol.dispose]();
  await folder[Symbol.asyncDispose]();
});

test("keys are written down, or said by a process", async () => {
  expect(await awsProfile("written")).toEqual({ ...KEYS, endpoint: "http://127.0.0.1:9" });
  expect(await awsProfile("process")).toEqual({ accessKeyId: "ASIAPROCESS", secretAccessKey: "said-77d0" });
});

test("a role is taken where the profile's endpoint is", async () => {
  expect(await awsProfile("role")).toEqual({
    accessKeyId: "ASIAROLE",
    secretAccessKey: "taken-1b7e",
    sessionToken: "token",
    endpoint: sts.url,
  });
  expect(
    sts.received.map(({ body, signedBy }) => [new URLSearchParams(body).get("RoleArn"), signedBy]),
  ).toEqual([["arn:aws:iam::000000000000:role/deploy", `${KEYS.accessKeyId}/us-east-1/sts`]]);
});

test.each(["failing", "chained"])(
  "A13 a process that fails is not quoted, nor how it was called: %s",
  async (profile) => {
    for (const keysOf of [awsProfile, awsKeys])
      await expect(keysOf(profile)).rejects.toThrow(/^the profile's credential_process failed$/);
  },
);

test("nobody waits for keys for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const keys = awsProfile("hanging").catch((error: Error) => error.message);
  await vi.waitUntil(() => vi.getTimerCount() > 0, { timeout: 30_000 });
  vi.runAllTimers();
  expect(await keys).toBe("no keys came within 30 s");
});

test.each(["__proto__", "constructor", "../credentials", "circle", "nobody"])(
  "there are no keys of a profile %s",
  async (profile) => {
    await expect(awsProfile(profile)).rejects.toThrow(/^there is no profile|^Detected a cycle/);
  },
);
