import { expect, test } from "vitest";
import { clientConfig } from "../../src/cli/client-config.ts";
import { createServer } from "../../src/server/index.ts";
import { temporaryFolder } from "./millrace.ts";

const KEY = { AWS_ACCESS_KEY_ID: "AKIA1", AWS_SECRET_ACCESS_KEY: "secret" };

test("endpoint, region and key are found in the data directory of a running server", async () => {
  await using dir = await temporaryFolder();
  await using server = await createServer({ dataDir: dir.path, worker: false });
  expect(await clientConfig({ endpoint: undefined, "data-dir": dir.path }, {})).toEqual({
    endpoint: server.url,
    region: "us-east-1",
    credentials: server.credentials,
  });
  const environment = {
    ...KEY,
    AWS_SESSION_TOKEN: "token",
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: "http://x",
  };
  expect(await clientConfig({ endpoint: undefined, "data-dir": dir.path }, environment)).toEqual({
    endpoint: "http://x",
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIA1", secretAccessKey: "secret", sessionToken: "token" },
  });
  expect(await clientConfig({ endpoint: "http://y", "data-dir": dir.path }, environment)).toMatchObject({
    endpoint: "http://y",
  });
});

test("what is missing is said, with what to do", async () => {
  await using dir = await temporaryFolder();
  const options = { endpoint: undefined, "data-dir": dir.path };
  await expect(clientConfig(options, KEY)).rejects.toThrow(
    `no server found: give --endpoint (or MILLRACE_ENDPOINT), or the --data-dir of one that runs here; ${dir.path} has none`,
  );
  await expect(clientConfig({ ...options, endpoint: "http://x" }, {})).rejects.toThrow(
    `no credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the --data-dir of a server that runs here; ${dir.path} has none`,
  );
  expect(await clientConfig({ ...options, endpoint: "http://x" }, KEY)).toMatchObject({
    region: "us-east-1",
  });
});
