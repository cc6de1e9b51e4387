import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { launch } from "./millrace.ts";

test("env prints what a shell needs to call the server, whatever it has set before", async () => {
  await using server = await createServer({ logLevel: "error", worker: false });
  const { code, stdout } = await launch(["env", "--data-dir", server.dataDir], {
    AWS_ENDPOINT_URL: "http://another.example",
    AWS_ACCESS_KEY_ID: "AKIAANOTHER",
    AWS_SECRET_ACCESS_KEY: "another",
  }).ended;
  expect(code).toBe(0);
  const shell = `${stdout}printf '%s\\n' "$AWS_ENDPOINT_URL" "$AWS_REGION" "$AWS_DEFAULT_REGION" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN"`;
  const seen = await promisify(execFile)("sh", ["-c", shell], { env: { AWS_SESSION_TOKEN: "old" } });
  const { accessKeyId, secretAccessKey } = server.credentials;
  expect(seen.stdout.split("\n")).toEqual([
    server.url,
    server.region,
    server.region,
    accessKeyId,
    secretAccessKey,
    "",
    "",
  ]);
});
