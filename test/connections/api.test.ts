import {
  CodeStarConnectionsClient,
  CreateConnectionCommand,
  type CreateConnectionCommandInput,
  CreateHostCommand,
  type CreateHostCommandInput,
  DeleteConnectionCommand,
  DeleteHostCommand,
  GetConnectionCommand,
  GetHostCommand,
  ListConnectionsCommand,
  ListHostsCommand,
  ListTagsForResourceCommand,
  paginateListConnections,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateHostCommand,
} from "@aws-sdk/client-codestar-connections";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openConnections } from "../../src/server/open-connections.ts";
import { type Installation, installation, OTHER_ACCOUNT } from "../support/users.ts";
import { startForge } from "./support/forge.ts";

let here: Installation;
let client: CodeStarConnectionsClient;
beforeAll(async () => {
  here = await installation({ settings: { "quota.connections": "130", "quota.hosts": "20" } });
  client = new CodeStarConnectionsClient(here.configOf(here.server.credentials));
});
afterAll(() => here[Symbol.asyncDispose]());

const create = async (input: Partial<CreateConnectionCommandInput> = {}) => {
  const { ConnectionArn } = await client.send(
    new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub", ...input }),
  );
  return ConnectionArn!;
};
const createHost = async (input: Partial<CreateHostCommandInput> = {}) => {
  const { HostArn } = await client.send(
    new CreateHostCommand({
      Name: "forge",
      ProviderType: "GitHubEnterpriseServer",
      ProviderEndpoint: "https://forge.example/",
      ...input,
    }),
  );
  return HostArn!;
};
const found = async (ConnectionArn: string) =>
  (await client.send(new GetConnectionCommand({ ConnectionArn }))).Connection!;

/** What an administrator's command does it with. */
const completing = (allowOutgoing: readonly string[] = []) =>
  openConnections({ ...here.place, dataDir: here.server.dataDir } as never, { allowOutgoing });

test("S7.1, S7.2: a connection is PENDING when it is made, found by either spelling, and gone when deleted", async () => {
  const Tags = [{ Key: "team", Value: "blue" }];
  const answer = await client.send(
    new CreateConnectionCommand({ ConnectionName: "web", ProviderType: "GitLab", Tags }),
  );
  const arn = answer.ConnectionArn!;
  expect(answer.Tags).toEqual(Tags);
  expect(arn).toMatch(
    /^arn:aws:codestar-connections:us-east-1:000000000000:connection\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  const shown = {
    ConnectionName: "web",
    ConnectionArn: arn,
    ProviderType: "GitLab",
    OwnerAccountId: "000000000000",
    ConnectionStatus: "PENDING",
  };
  expect(await found(arn)).toEqual(shown);
  expect(await found(arn.replace("codestar-connections", "codeconnections"))).toEqual(shown);
  await client.send(new DeleteConnectionCommand({ ConnectionArn: arn }));
  await expect(found(arn)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(client.send(new DeleteConnectionCommand({ ConnectionArn: arn }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test("S7: names needn't be unique; lists go page by page, by provider, and take no altered token", async () => {
  const made = await Promise.all(
    Array.from({ length: 5 }, () => create({ ConnectionName: "same", ProviderType: "Bitbucket" })),
  );
  const listed: string[] = [];
  let pages = 0;
  for await (const page of paginateListConnections(
    { client, pageSize: 2 },
    { ProviderTypeFilter: "Bitbucket" },
  )) {
    pages++;
    listed.push(...(page.Connections ?? []).map(({ ConnectionArn = "" }) => ConnectionArn));
  }
  expect(pages).toBe(3);
  expect(listed.toSorted()).toEqual(made.toSorted());

  const { NextToken } = await client.send(
    new ListConnectionsCommand({ ProviderTypeFilter: "Bitbucket", MaxResults: 1 }),
  );
  for (const input of [
    { ProviderTypeFilter: "Bitbucket" as const, NextToken: `${NextToken?.slice(0, -2)}xx` },
    { ProviderTypeFilter: "GitHub" as const, NextToken },
  ])
    await expect(client.send(new ListConnectionsCommand(input))).rejects.toMatchObject({
      name: "InvalidInputException",
      message: expect.stringContaining("The NextToken is not one of this list"),
    });
});

test("S7: hosts are made, found, listed, changed and deleted; a connection needs one that is available", async () => {
  await using forge = await startForge({ token: "forge-token" });
  const VpcConfiguration = {
    VpcId: "vpc-12345678",
    SubnetIds: ["subnet-12345678"],
    SecurityGroupIds: ["sg-12345678"],
  };
  const arn = await createHost({ ProviderEndpoint: `${forge.url}/`, VpcConfiguration });
  expect(arn).toMatch(/^arn:aws:codestar-connections:us-east-1:000000000000:host\/forge-[0-9a-f]{8}$/);
  const { $metadata: _, ...shown } = await client.send(new GetHostCommand({ HostArn: arn }));
  expect(shown).toEqual({
    Name: "forge",
    ProviderType: "GitHubEnterpriseServer",
    ProviderEndpoint: forge.url,
    VpcConfiguration,
    Status: "PENDING",
  });
  const on = (HostArn: string) => create({ ProviderType: undefined, HostArn });
  await expect(on(arn)).rejects.toMatchObject({
    name: "ResourceUnavailableException",
    message: expect.stringContaining("is not available (PENDING)"),
  });

  await using opened = await completing([new URL(forge.url).host]);
  await opened.completeHost(arn);
  const connection = await on(arn);
  expect(await found(connection)).toMatchObject({ ProviderType: "GitHubEnterpriseServer", HostArn: arn });
  const ofHost = await client.send(new ListConnectionsCommand({ HostArnFilter: arn }));
  expect(ofHost.Connections?.map(({ ConnectionArn }) => ConnectionArn)).toEqual([connection]);
  const { Hosts } = await client.send(new ListHostsCommand({}));
  expect(Hosts).toContainEqual({ ...shown, HostArn: arn, Status: "AVAILABLE" });
  await expect(client.send(new DeleteHostCommand({ HostArn: arn }))).rejects.toMatchObject({
    name: "ResourceUnavailableException",
    message: expect.stringContaining(connection),
  });

  const scope = { account: "000000000000", region: "us-east-1" };
  expect(await opened.complete(scope, connection, { token: "forge-token" })).toBe("octo");
  expect(await found(connection)).toMatchObject({ ConnectionStatus: "AVAILABLE" });
  // Nobody who may move a host gets the tokens that were given for the place where it was.
  await client.send(new UpdateHostCommand({ HostArn: arn, ProviderEndpoint: "https://elsewhere.example./" }));
  expect(await client.send(new GetHostCommand({ HostArn: arn }))).toMatchObject({
    Status: "PENDING",
    // One spelling of a name: git would look the other one up by itself (attack A18).
    ProviderEndpoint: "https://elsewhere.example",
  });
  expect(await found(connection)).toMatchObject({ ConnectionStatus: "PENDING" });

  await client.send(new DeleteConnectionCommand({ ConnectionArn: connection }));
  await client.send(new DeleteHostCommand({ HostArn: arn }));
  await expect(client.send(new GetHostCommand({ HostArn: arn }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test("S7.2: a token is kept once its host knows it; a refused one changes nothing, and no answer shows one", async () => {
  await using forge = await startForge({ token: "right-token" });
  await using opened = await completing([new URL(forge.url).host]);
  const scope = { account: "000000000000", region: "us-east-1" };
  const host = await createHost({ ProviderType: "Gitea" as never, ProviderEndpoint: forge.url });
  await opened.completeHost(host);
  const arn = await create({ ConnectionName: "gitea", ProviderType: undefined, HostArn: host });
  await expect(opened.complete(scope, arn, { token: "wrong-token" })).rejects.toThrow(
    "Gitea refused the token (401). Nothing was changed.",
  );
  expect(await found(arn)).toMatchObject({ ConnectionStatus: "PENDING" });
  expect(await opened.complete(scope, "gitea", { token: "right-token" })).toBe("octo");
  expect(JSON.stringify(await found(arn))).not.toContain("right-token");
  expect(forge.asked).toContainEqual({ path: "/api/v1/user", authorization: "token right-token" });
  await create({ ConnectionName: "gitea", ProviderType: undefined, HostArn: host });
  await expect(opened.complete(scope, "gitea", { token: "right-token" })).rejects.toThrow(
    "2 connections are named gitea: give the ARN",
  );
  await expect(completing().then((one) => one.completeHost(host))).rejects.toThrow("see --allow-outgoing");
});

test("S7: tags of connections and hosts, by either spelling of the ARN", async () => {
  for (const arn of [await create({ ConnectionName: "tagged" }), await createHost()]) {
    const other = arn.replace("codestar-connections", "codeconnections");
    await client.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: "b", Value: "1" }] }));
    await client.send(
      new TagResourceCommand({
        ResourceArn: other,
        Tags: [
          { Key: "b", Value: "2" },
          { Key: "a", Value: "3" },
        ],
      }),
    );
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    expect(Tags).toEqual([
      { Key: "a", Value: "3" },
      { Key: "b", Value: "2" },
    ]);
    const tags = Array.from({ length: 199 }, (_, n) => ({ Key: `k${n}`, Value: "v" }));
    await expect(client.send(new TagResourceCommand({ ResourceArn: arn, Tags: tags }))).rejects.toMatchObject(
      { name: "LimitExceededException" },
    );
    await client.send(new UntagResourceCommand({ ResourceArn: other, TagKeys: ["a", "none"] }));
    const left = await client.send(new ListTagsForResourceCommand({ ResourceArn: other }));
    expect(left.Tags).toEqual([{ Key: "b", Value: "2" }]);
  }
});

const HOST = "arn:aws:codestar-connections:us-east-1:000000000000:host/none-00000000";
const refusals = [
  ["neither provider nor host", "InvalidInputException", () => create({ ProviderType: undefined })],
  [
    "a provider that needs a host",
    "InvalidInputException",
    () => create({ ProviderType: "GitLabSelfManaged" }),
  ],
  ["a host that isn't there", "ResourceNotFoundException", () => create({ HostArn: HOST })],
  [
    "another account's host",
    "ResourceNotFoundException",
    () => create({ HostArn: HOST.replace("000000000000", OTHER_ACCOUNT) }),
  ],
  ["another provider", "ValidationException", () => create({ ProviderType: "SourceForge" as never })],
  ["a name of 33 characters", "ValidationException", () => create({ ConnectionName: "n".repeat(33) })],
  ["a system tag", "InvalidInputException", () => create({ Tags: [{ Key: "aws:x", Value: "" }] })],
  ["a host of GitHub", "InvalidInputException", () => createHost({ ProviderType: "GitHub" })],
  ["a host at no URL", "InvalidInputException", () => createHost({ ProviderEndpoint: "forge" })],
  ["a host at file:", "InvalidInputException", () => createHost({ ProviderEndpoint: "file:///etc" })],
  [
    "a host with a password",
    "InvalidInputException",
    () => createHost({ ProviderEndpoint: "https://a:b@c" }),
  ],
] as const;

test.each(refusals)("S7: %s is refused with %s", async (_, name, call) => {
  const count = async () => (await client.send(new ListConnectionsCommand({}))).Connections?.length;
  const before = await count();
  await expect(call()).rejects.toMatchObject({ name });
  expect(await count()).toBe(before);
});

test("S10: connections have a limit", async () => {
  const before = (await client.send(new ListConnectionsCommand({}))).Connections?.length ?? 0;
  await Promise.all(Array.from({ length: 130 - before }, () => create({ ConnectionName: "many" })));
  await expect(create()).rejects.toMatchObject({
    name: "LimitExceededException",
    message: expect.stringContaining("The account has 130 connections in this region"),
  });
});

test("S7: policies name operation and connection in either spelling, and tags decide", async () => {
  const config = here.configOf(
    await here.userWith([
      { Effect: "Allow", Action: "codeconnections:*", Resource: "arn:aws:codeconnections:*:*:connection/*" },
      {
        Effect: "Deny",
        Action: ["codeconnections:DeleteConnection", "codestar-connections:UntagResource"],
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/keep": "yes" } },
      },
    ]),
  );
  const users = new CodeStarConnectionsClient(config);
  const { Connections = [] } = await client.send(new ListConnectionsCommand({ MaxResults: 1 }));
  const arn = Connections[0]!.ConnectionArn!;
  await users.send(new GetConnectionCommand({ ConnectionArn: arn }));
  await users.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: "keep", Value: "yes" }] }));
  for (const command of [
    new DeleteConnectionCommand({ ConnectionArn: arn }),
    new UntagResourceCommand({ ResourceArn: arn, TagKeys: ["keep"] }),
    new ListHostsCommand({}),
  ])
    await expect(users.send(command as ListHostsCommand)).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
});
