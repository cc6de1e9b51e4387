import {
  CreatePipelineCommand,
  DeleteWebhookCommand,
  ListTagsForResourceCommand,
  ListWebhooksCommand,
  PutWebhookCommand,
  type PutWebhookCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
  type WebhookDefinition,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliver } from "../webhooks/support/github.ts";
import { gitHubPipeline, hmacWebhook, SECRET } from "../webhooks/support/pipeline.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
let client: Fixture["client"];
beforeAll(async () => {
  fixture = await startServer();
  client = fixture.client;
  await client.send(new CreatePipelineCommand({ pipeline: gitHubPipeline("app") }));
});
afterAll(() => fixture[Symbol.asyncDispose]());

let count = 0;
/** A webhook of pipeline `app` with a name of its own. */
const webhook = (changes: Partial<WebhookDefinition> = {}): WebhookDefinition => ({
  ...hmacWebhook("app"),
  name: `hook-${++count}`,
  ...changes,
});
const put = (input: PutWebhookCommandInput) => client.send(new PutWebhookCommand(input));
const arnOf = (name: string | undefined) => `arn:aws:codepipeline:us-east-1:000000000000:webhook:${name}`;

async function listed(name: string | undefined) {
  const { webhooks = [] } = await client.send(new ListWebhooksCommand({}));
  return webhooks.find(({ definition }) => definition?.name === name);
}

describe("api.md §17 PutWebhook", () => {
  it("answers what it made, with its URL and ARN, the secret as asterisks; ListWebhooks says the same", async () => {
    const given = webhook();
    const { webhook: answered } = await put({ webhook: given, tags: [{ key: "team", value: "a" }] });
    expect(answered).toEqual({
      definition: { ...given, authenticationConfiguration: { SecretToken: "****" } },
      url: expect.stringMatching(/\/webhooks\/[\w-]{43}$/),
      arn: arnOf(given.name),
      tags: [{ key: "team", value: "a" }],
    });
    expect(await listed(given.name)).toEqual(answered);
  });

  it("has authenticationConfiguration always, {} for UNAUTHENTICATED, and filters in the order given", async () => {
    const open = webhook({
      authentication: "UNAUTHENTICATED",
      authenticationConfiguration: {},
      filters: [{ jsonPath: "$.b" }, { jsonPath: "$.a", matchEquals: "x" }],
    });
    expect((await put({ webhook: open })).webhook?.definition).toEqual(open);
    const byAddress = webhook({
      authentication: "IP",
      authenticationConfiguration: { AllowedIPRange: "192.0.2.0/24" },
      filters: [],
    });
    expect((await put({ webhook: byAddress })).webhook?.definition).toEqual(byAddress);
  });

  it("replaces the definition by name; URL, ARN, tags and lastTriggered stay, errors go (inferred: api.md §17)", async () => {
    const given = webhook();
    const first = (await put({ webhook: given, tags: [{ key: "team", value: "a" }] })).webhook;
    const url = first?.url ?? "";
    expect((await deliver(url, { ref: "refs/heads/main" }, { secret: SECRET })).body.result).toBe("started");
    expect((await deliver(url, "{}")).status).toBe(401);
    const before = await listed(given.name);
    expect(before).toMatchObject({ errorCode: "401", lastTriggered: expect.any(Date) });
    const authenticationConfiguration = { SecretToken: "changed" };
    const replaced = { ...given, authenticationConfiguration, filters: [{ jsonPath: "$.x" }] };
    const { webhook: second } = await put({ webhook: replaced, tags: [] });
    expect(second).toEqual({
      definition: { ...replaced, authenticationConfiguration: { SecretToken: "****" } },
      url,
      arn: first?.arn,
      lastTriggered: before?.lastTriggered,
      tags: [{ key: "team", value: "a" }],
    });
  });

  it("merges tags that are given for a webhook that is there (inferred: api.md §7)", async () => {
    const given = webhook();
    await put({
      webhook: given,
      tags: [
        { key: "a", value: "1" },
        { key: "b", value: "1" },
      ],
    });
    const { webhook: answered } = await put({ webhook: given, tags: [{ key: "b", value: "2" }] });
    expect(answered?.tags).toEqual([
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ]);
  });

  it.each<[string, Partial<WebhookDefinition>, string]>([
    [
      "a pipeline that isn't there",
      { targetPipeline: "none" },
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'none'",
    ],
    [
      "an action of another stage (inferred: api.md §17)",
      { targetAction: "Approve" },
      "ValidationException: The target action 'Approve' is not in the first stage of the pipeline 'app'. Name one of its source actions.",
    ],
    [
      "GITHUB_HMAC without a secret",
      { authenticationConfiguration: {} },
      "InvalidWebhookAuthenticationParametersException: Optional['authenticationConfig' should contain only one property: 'SecretToken']",
    ],
    [
      "GITHUB_HMAC with a range, too",
      { authenticationConfiguration: { SecretToken: "a", AllowedIPRange: "10.0.0.0/8" } },
      "InvalidWebhookAuthenticationParametersException: Optional['authenticationConfig' should contain only one property: 'SecretToken']",
    ],
    [
      "IP without a range",
      { authentication: "IP", authenticationConfiguration: {} },
      "InvalidWebhookAuthenticationParametersException: Optional['authenticationConfig' should contain only one property: 'AllowedIPRange']",
    ],
    [
      "IP with a secret, too",
      {
        authentication: "IP",
        authenticationConfiguration: { SecretToken: "a", AllowedIPRange: "10.0.0.0/8" },
      },
      "InvalidWebhookAuthenticationParametersException: Optional['authenticationConfig' should contain only one property: 'AllowedIPRange']",
    ],
    [
      "UNAUTHENTICATED with a secret",
      { authentication: "UNAUTHENTICATED" },
      "InvalidWebhookAuthenticationParametersException: Optional['authenticationConfig' should be empty]",
    ],
    [
      "asterisks for the secret of a webhook that isn't there",
      { authenticationConfiguration: { SecretToken: "****" } },
      "InvalidWebhookAuthenticationParametersException: The SecretToken is made of asterisks only, which stand for the secret of an existing webhook, and there is none of this name that has one. Give the secret itself.",
    ],
    [
      "a path that is none",
      { filters: [{ jsonPath: "$.a" }, { jsonPath: "$.b[?(@.c)]" }] },
      "InvalidWebhookFilterPatternException: Invalid JSONPath expression in filter 2: '$.b[?(@.c)]'.",
    ],
    [
      "a placeholder of a secret key",
      { filters: [{ jsonPath: "$.a", matchEquals: "{OAuthToken}" }] },
      "InvalidWebhookFilterPatternException: Invalid placeholder in filter 1: '{OAuthToken}'.",
    ],
    [
      "a placeholder without a key of the action",
      { filters: [{ jsonPath: "$.a", matchEquals: "{branch}" }] },
      "InvalidWebhookFilterPatternException: Invalid placeholder in filter 1: '{branch}'.",
    ],
  ])("refuses %s, and keeps nothing", async (_, changes, expected) => {
    const given = webhook(changes);
    expect(await refusal(put({ webhook: given }))).toBe(expected);
    expect(await listed(given.name)).toBeUndefined();
  });

  it("refuses more than five filters, and longer paths and texts than 150", async () => {
    const filter = { jsonPath: "$.a" };
    expect(await refusal(put({ webhook: webhook({ filters: Array(6).fill(filter) }) }))).toContain(
      "Value at 'webhook.filters' failed to satisfy constraint: Member must have length less than or equal to 5",
    );
    const long = [{ jsonPath: `$.${"a".repeat(149)}`, matchEquals: "" }];
    expect(await refusal(put({ webhook: webhook({ filters: long }) }))).toContain(
      "2 validation errors detected",
    );
  });

  it("keeps the secret when it is given as asterisks (inferred: api.md §6, §19.2)", async () => {
    const given = webhook();
    const url = (await put({ webhook: given })).webhook?.url ?? "";
    await put({ webhook: { ...given, authenticationConfiguration: { SecretToken: "****" } } });
    expect((await deliver(url, { ref: "refs/heads/main" }, { secret: SECRET })).body.result).toBe("started");
  });

  it("§7 refuses tags that can't be, and keeps nothing", async () => {
    const given = webhook();
    expect(await refusal(put({ webhook: given, tags: [{ key: "aws:a", value: "" }] }))).toContain(
      "InvalidTagsException",
    );
    const tags = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: "" }));
    await put({ webhook: given, tags });
    expect(await refusal(put({ webhook: given, tags: [{ key: "more", value: "" }] }))).toContain(
      "TooManyTagsException",
    );
  });

  it("§8 makes no more than 300 in an account and region; lists them by name, a hundred a page (inferred: api.md §3, §19.2)", async () => {
    const crowded = fixture.freshClient();
    await crowded.send(new CreatePipelineCommand({ pipeline: gitHubPipeline("app") }));
    const names = Array.from({ length: 300 }, (_, index) => `h${String(index).padStart(3, "0")}`);
    await Promise.all(
      names.map((name) => crowded.send(new PutWebhookCommand({ webhook: webhook({ name }) }))),
    );
    const one = (name: string) => crowded.send(new PutWebhookCommand({ webhook: webhook({ name }) }));
    expect(await refusal(one("more"))).toBe(
      "LimitExceededException: The account has 300 webhooks in this region, the most that are allowed. Delete one that is no longer used.",
    );
    await one("h000");

    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page: { NextToken?: string; webhooks?: { definition: WebhookDefinition | undefined }[] } =
        await crowded.send(new ListWebhooksCommand({ ...(NextToken && { NextToken }) }));
      pages.push((page.webhooks ?? []).map(({ definition }) => definition?.name ?? ""));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 100]);
    expect(pages.flat()).toEqual(names);
  });
});

describe("api.md §17 ListWebhooks", () => {
  it("is a list when there is none, and refuses tokens that aren't its own", async () => {
    const empty = fixture.freshClient();
    expect((await empty.send(new ListWebhooksCommand({}))).webhooks).toEqual([]);
    expect(await refusal(empty.send(new ListWebhooksCommand({ NextToken: "x" })))).toContain(
      "InvalidNextTokenException",
    );
  });

  it("shows those of its account and region alone (§2.4)", async () => {
    const given = webhook();
    await put({ webhook: given });
    const { webhooks } = await fixture.freshClient().send(new ListWebhooksCommand({}));
    expect(webhooks).toEqual([]);
  });
});

describe("api.md §17 DeleteWebhook", () => {
  it("removes it with its tags; deleting what isn't there succeeds", async () => {
    const given = webhook();
    const resourceArn = arnOf(given.name);
    await put({ webhook: given, tags: [{ key: "a", value: "1" }] });
    await client.send(new DeleteWebhookCommand({ name: given.name }));
    await client.send(new DeleteWebhookCommand({ name: given.name }));
    expect(await listed(given.name)).toBeUndefined();
    expect(await refusal(client.send(new ListTagsForResourceCommand({ resourceArn })))).toBe(
      `ResourceNotFoundException: The account with id '000000000000' does not include a webhook with the name '${given.name}'`,
    );
    await put({ webhook: given });
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([]);
  });
});

describe("api.md §18 tags of webhooks", () => {
  it("are added, removed and listed by the webhook's ARN", async () => {
    const given = webhook();
    const resourceArn = arnOf(given.name);
    await put({ webhook: given });
    await client.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { key: "b", value: "2" },
          { key: "a", value: "1" },
        ],
      }),
    );
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["b", "never"] }));
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: "a", value: "1" },
    ]);
    expect((await listed(given.name))?.tags).toEqual([{ key: "a", value: "1" }]);
  });
});
