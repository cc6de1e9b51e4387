import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CodeStarConnectionsClient,
  CreateConnectionCommand,
  CreateHostCommand,
  GetConnectionCommand,
} from "@aws-sdk/client-codestar-connections";
import { expect, test } from "vitest";
import { startForge } from "../connections/support/forge.ts";
import { launch, run, temporaryFolder } from "./millrace.ts";

test("S7.2: millrace connection and host complete what is PENDING; tokens of --connections-from make AVAILABLE at once", async () => {
  await using dir = await temporaryFolder();
  await using forge = await startForge({ token: "gho_right-token" });
  const file = join(dir.path, "connections.json");
  const preset = (provider: string, endpoint: string) => ({ provider, endpoint, token: "preset-token" });
  await writeFile(file, JSON.stringify({ known: preset("Gitea", `${forge.url}/`) }));
  const environment = {
    MILLRACE_DATA_DIR: join(dir.path, "data"),
    MILLRACE_ALLOW_OUTGOING: new URL(forge.url).host,
  };
  const server = launch(["start", "--port", "0", "--no-worker", "--connections-from", file], environment);
  const [, endpoint = ""] = await server.line(/^listening on (.*)$/m);
  const credentials = JSON.parse(
    await readFile(join(environment.MILLRACE_DATA_DIR, "credentials.json"), "utf8"),
  );
  const client = new CodeStarConnectionsClient({ endpoint, region: "us-east-1", credentials });
  const hostOf = async (ProviderType: string) => {
    const input = { Name: "forge", ProviderType: ProviderType as never, ProviderEndpoint: forge.url };
    return (await client.send(new CreateHostCommand(input))).HostArn!;
  };
  const connect = async (ConnectionName: string, HostArn: string) =>
    (await client.send(new CreateConnectionCommand({ ConnectionName, HostArn }))).ConnectionArn!;
  const status = async (ConnectionArn: string) =>
    (await client.send(new GetConnectionCommand({ ConnectionArn }))).Connection?.ConnectionStatus;

  const host = await hostOf("Gitea");
  const done = { code: 0, stdout: "AVAILABLE\n", stderr: "" };
  expect(await run(["host", "complete", host], environment)).toEqual(done);
  const known = await connect("known", host);
  expect(await status(known)).toBe("AVAILABLE");
  // The same name on a host of another type gets no token.
  const other = await hostOf("GitLabSelfManaged");
  expect(await run(["host", "complete", other], environment)).toEqual(done);
  const pending = await connect("known", other);
  expect(await status(pending)).toBe("PENDING");

  const wrong = await run(["connection", "complete", pending], environment, "gho_wrong-token\n");
  expect(wrong).toEqual({
    code: 1,
    stdout: "",
    stderr: "millrace: GitLabSelfManaged refused the token (401). Nothing was changed.\n",
  });
  const right = await run(["connection", "complete", pending], environment, "gho_right-token\n");
  expect(right).toEqual({ code: 0, stdout: "AVAILABLE as octo\n", stderr: "" });
  const { stdout: listed } = await run(["connection", "list"], environment);
  expect(listed.trim().split("\n").toSorted()).toEqual(
    [
      `${known}\tknown\tGitea\tAVAILABLE\t${host}`,
      `${pending}\tknown\tGitLabSelfManaged\tAVAILABLE\t${other}`,
    ].toSorted(),
  );

  // S7.6: the secret is told once; the address stays.
  const webhook = async (...more: string[]) =>
    JSON.parse((await run(["connection", "webhook", known, ...more], environment)).stdout) as {
      url: string;
      secret?: string;
      events: string[];
    };
  const made = await webhook();
  expect(made.url).toMatch(new RegExp(`^${endpoint}/webhooks/[A-Za-z0-9_-]{43}$`));
  expect(made.events).toContain("push");
  expect(made.secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await webhook()).toEqual({ url: made.url, events: made.events });
  const elsewhere = await webhook("--new-secret", "--public-url", "https://ci.example/");
  expect(elsewhere.url).toBe(made.url.replace(endpoint, "https://ci.example"));
  expect(elsewhere.secret).not.toBe(made.secret);
  // The host is asked, and has something against it: the secret that counts now is told all the same.
  const asked = await run(
    ["connection", "webhook", known, "--register", "octo/shop", "--new-secret"],
    environment,
  );
  expect([asked.code, asked.stderr]).toEqual([
    1,
    `millrace: ${new URL(forge.url).host} has no repository octo/shop whose hooks the connection's token may keep (404)\n`,
  ]);
  expect(JSON.parse(asked.stdout)).toMatchObject({ url: made.url, secret: expect.stringMatching(/^.{43}$/) });
  client.destroy();
  server.process.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
  const database = await readFile(join(environment.MILLRACE_DATA_DIR, "millrace.sqlite"), "latin1");
  for (const token of ["gho_right-token", "preset-token", made.secret ?? "none"])
    expect(database).not.toContain(token);
});

test.each([
  ["[]", "it must be an object of connections by name"],
  ['{"a": "token"}', `connection 'a': must be {"provider": …, "token": …}`],
  ['{"a": {"provider": "GitHub", "token": "se', "it is not JSON"],
  ['{"a": {"provider": "SVN", "token": "secret-token"}}', "connection 'a': provider must be a ProviderType"],
  ['{"a": {"provider": "Gitea", "token": "secret-token"}}', "connection 'a': Gitea needs the endpoint"],
  [
    '{"a": {"provider": "GitHub", "token": "secret-token", "tokn": 1}}',
    "connection 'a': has no member 'tokn'",
  ],
])("S7.2: --connections-from refuses %s and shows no token", async (text, told) => {
  await using dir = await temporaryFolder();
  const file = join(dir.path, "connections.json");
  await writeFile(file, text);
  const args = ["start", "--port", "0", "--data-dir", join(dir.path, "data"), "--connections-from", file];
  const { code, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stderr).toContain(`millrace: --connections-from: ${file}: ${told}`);
  expect(stderr).not.toContain("secret-token");
});
