/** Hooks at GitHub: what is sent, what is kept, and what a refusal does (S3). */
import {
  CreatePipelineCommand,
  DeleteWebhookCommand,
  DeregisterWebhookWithThirdPartyCommand,
  ListWebhooksCommand,
  PutWebhookCommand,
  RegisterWebhookWithThirdPartyCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { approval, pipeline, source, stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, refusal, startServer } from "../codepipeline/support/server.ts";
import { deliver, type GitHub, gitHub, TOKEN } from "./support/github.ts";
import { pushPayload } from "./support/github-api.ts";
import { gitHubPipeline, hmacWebhook, SECRET, withWebhook } from "./support/pipeline.ts";

let host: GitHub;
let fixture: Fixture;
let client: Fixture["client"];

beforeAll(async () => {
  host = await gitHub();
  fixture = await startServer({ settings: { "github.endpoint": host.apiUrl } });
  client = fixture.client;
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});
afterEach(() => {
  host.calls.length = 0;
  expect(host.refusals.splice(0)).toEqual([]);
});

let count = 0;
/** A webhook of a pipeline with a repository of its own. */
async function fresh(changes: Parameters<typeof withWebhook>[2] = {}) {
  const name = `registered-${++count}`;
  const repository = `octo/shop-${count}`;
  await host.createRepository(repository);
  const url = await withWebhook(client, name, changes, { Repo: `shop-${count}` });
  return { name, repository, url };
}

const register = (webhookName?: string) =>
  client.send(new RegisterWebhookWithThirdPartyCommand({ webhookName }));
const deregister = (webhookName?: string) =>
  client.send(new DeregisterWebhookWithThirdPartyCommand({ webhookName }));

async function errorOf(name: string) {
  const { webhooks = [] } = await client.send(new ListWebhooksCommand({}));
  const { errorCode, errorMessage } = webhooks.find(({ definition }) => definition?.name === name) ?? {};
  return errorCode === undefined ? undefined : `${errorCode}: ${errorMessage}`;
}

const hook = (url: string, secret: string | undefined = SECRET) => ({
  id: expect.any(Number),
  name: "web",
  active: true,
  events: ["push"],
  config: { url, content_type: "json", insecure_ssl: "0", secret },
});

describe("S3.2, S3.3: registering (api.md RegisterWebhookWithThirdParty)", () => {
  test("makes a hook for pushes with the webhook's URL and secret; deliveries of it are taken", async () => {
    const { name, repository, url } = await fresh();
    expect(await register(name)).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    const hooks = host.hooks(repository);
    expect(hooks).toEqual([hook(url)]);
    expect(host.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /api/v3/repos/${repository}/hooks?per_page=100`,
      `POST /api/v3/repos/${repository}/hooks`,
    ]);
    for (const { headers } of host.calls) {
      expect(headers).toMatchObject({
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": expect.stringMatching(/^Millrace\/\d/),
        authorization: `Bearer ${TOKEN}`,
      });
    }
    const config = hooks[0]?.config ?? {};
    const push = pushPayload(repository, "refs/heads/main", "1".repeat(40), "2".repeat(40));
    const sent = await deliver(config.url ?? "", push, { secret: config.secret ?? "" });
    expect(sent.body.result).toBe("started");
  });

  test("S3.5 again changes the hook that it made, and brings a new secret over", async () => {
    const { name, repository, url } = await fresh();
    await register(name);
    const changed = hmacWebhook(name, { authenticationConfiguration: { SecretToken: "new" } });
    await client.send(new PutWebhookCommand({ webhook: changed }));
    await register(name);
    expect(host.hooks(repository)).toEqual([hook(url, "new")]);
    expect(host.calls.at(-1)?.method).toBe("PATCH");
  });

  test("S3.3, S3.8 a hook of the same URL is found, on whatever page, and no second is made", async () => {
    const { name, repository, url } = await fresh();
    for (let other = 0; other < 150; other++)
      host.addHook(repository, {
        name: "web",
        active: true,
        events: ["push"],
        config: { url: `${url}x${other}` },
      });
    const found = host.addHook(repository, {
      name: "web",
      active: false,
      events: ["release"],
      config: { url },
    });
    await register(name);
    expect(host.hooks(repository)).toHaveLength(151);
    expect(host.hooks(repository).at(-1)).toEqual({ ...hook(url), id: found.id });
  });

  test("S3.5 a hook that was removed at GitHub is made again", async () => {
    const { name, repository, url } = await fresh();
    await register(name);
    host.hooks(repository).length = 0;
    await register(name);
    expect(host.hooks(repository)).toEqual([hook(url)]);
  });

  test("S3.5 one that is made by somebody else meanwhile is changed", async () => {
    const { name, repository, url } = await fresh();
    host.addHook(repository, { name: "web", active: true, events: ["push"], config: { url } });
    host.refusals.push({ status: 200, body: [] });
    await register(name);
    expect(host.hooks(repository)).toEqual([hook(url)]);
    expect(host.calls.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "PATCH"]);
  });

  test("S3.6 webhooks without a secret send none", async () => {
    const { name, repository, url } = await fresh({
      authentication: "UNAUTHENTICATED",
      authenticationConfiguration: {},
    });
    await register(name);
    const { secret: _, ...config } = hook(url).config;
    expect(host.hooks(repository)[0]?.config).toEqual(config);
  });

  test("two at once make one hook", async () => {
    const { name, repository } = await fresh();
    await Promise.all([register(name), register(name)]);
    expect(host.hooks(repository)).toHaveLength(1);
  });

  test("S3.2 redirects on the same origin are followed, to others not", async () => {
    const { name, repository } = await fresh();
    host.refusals.push({
      status: 301,
      headers: { location: `/api/v3/repos/${repository}/hooks?per_page=100&again=1` },
    });
    await register(name);
    expect(host.hooks(repository)).toHaveLength(1);
    host.refusals.push({ status: 307, headers: { location: "http://127.0.0.1:1/hooks" } });
    expect(await refusal(register(name))).toContain("ValidationException: GitHub refused: it answered 307");
  });
});

describe("S3.7: deregistering (api.md DeregisterWebhookWithThirdParty)", () => {
  test("removes the hook; again, or never registered, succeeds", async () => {
    const { name, repository } = await fresh();
    await deregister(name);
    await register(name);
    await deregister(name);
    expect(host.hooks(repository)).toEqual([]);
    await deregister(name);
  });

  test("a hook that is gone at GitHub is no error", async () => {
    const { name, repository } = await fresh();
    await register(name);
    host.hooks(repository).length = 0;
    await deregister(name);
  });

  test("after the action points elsewhere, the hook that was registered is removed", async () => {
    const { name, repository } = await fresh();
    await register(name);
    await client.send(new UpdatePipelineCommand({ pipeline: gitHubPipeline(name, { Repo: "elsewhere" }) }));
    await deregister(name);
    expect(host.hooks(repository)).toEqual([]);
  });

  test("S3.11 DeleteWebhook leaves the hook at GitHub (api.md DeleteWebhook)", async () => {
    const { name, repository } = await fresh();
    await register(name);
    await client.send(new DeleteWebhookCommand({ name }));
    expect(host.hooks(repository)).toHaveLength(1);
  });
});

describe("S3.9: what GitHub refuses", () => {
  const repositoryOf = (): string => `octo/shop-${count}`;

  test.each([
    ["a token", { status: 401 }, "401", (): string => "GitHub refused the token of action 'Fetch' (401)."],
    [
      "a right",
      { status: 403 },
      "403",
      (): string => `GitHub does not allow this token to manage webhooks of ${repositoryOf()} (403).`,
    ],
    [
      "more calls",
      { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1893456000" } },
      "429",
      (): string => "GitHub's rate limit is used up; try again after 2030-01-01T00:00:00Z.",
    ],
    [
      "a repository",
      { status: 404, body: { message: "Not Found" } },
      "404",
      (): string =>
        `GitHub knows no repository ${repositoryOf()}, or the token has no admin right on its webhooks (404).`,
    ],
    [
      "a hook",
      {
        status: 422,
        body: {
          message: "Validation Failed",
          errors: [{ message: 'The "push"\u001b event cannot have more than 20 hooks' }],
        },
      },
      "422",
      (): string => 'GitHub refused the webhook: The "push"  event cannot have more than 20 hooks',
    ],
  ])(
    "%s: the caller and the webhook are told, and nothing is registered (inferred: api.md §17, §19.2)",
    async (_, answer, code, text) => {
      const { name, repository } = await fresh();
      host.refusals.push(answer);
      expect(await refusal(register(name))).toBe(`ValidationException: ${text()}`);
      expect(await errorOf(name)).toBe(`${code}: ${text()}`);
      expect(host.hooks(repository)).toEqual([]);
      await register(name);
      expect(await errorOf(name)).toBeUndefined();
    },
  );

  test("a wait is told in its own time (Retry-After)", async () => {
    const { name } = await fresh();
    host.refusals.push({ status: 429, headers: { "retry-after": "3600" } });
    expect(await refusal(register(name))).toMatch(
      /rate limit is used up; try again after \d{4}-\d\d-\d\dT[\d:]+Z\.$/,
    );
  });

  test("5xx are tried three times in all; once it answers, all is well", async () => {
    const { name, repository } = await fresh();
    host.refusals.push({ status: 500 }, { status: 503 });
    await register(name);
    expect(host.hooks(repository)).toHaveLength(1);
    host.refusals.push({ status: 500 }, { status: 502 }, { status: 503 });
    const text = "GitHub could not be reached: it answered 503";
    expect(await refusal(register(name))).toBe(`ValidationException: ${text}`);
    expect(await errorOf(name)).toBe(`502: ${text}`);
  });

  test("S3.10 the token is shown nowhere", async () => {
    const { name } = await fresh();
    host.refusals.push({ status: 401, body: { message: `Bad credentials: ${TOKEN}` } });
    expect(await refusal(register(name))).not.toContain(TOKEN);
    expect(JSON.stringify(await client.send(new ListWebhooksCommand({})))).not.toContain(TOKEN);
  });
});

describe("api.md §17: what can't be registered", () => {
  test("no name (inferred: api.md §17)", async () => {
    for (const call of [register, deregister])
      expect(await refusal(call())).toBe(
        "ValidationException: Give the name of the webhook in 'webhookName'.",
      );
  });

  test("a webhook that isn't there", async () => {
    for (const call of [register, deregister])
      expect(await refusal(call("none"))).toBe(
        "WebhookNotFoundException: There is no webhook named 'none' in this account and region.",
      );
  });

  test("S3.10 a target that isn't GitHub's (inferred: api.md §17)", async () => {
    const stages = [stage("Source", source()), stage("Deploy", approval())];
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "hosted", stages }) }));
    const webhook = hmacWebhook("hosted", { filters: [] });
    await client.send(new PutWebhookCommand({ webhook }));
    expect(await refusal(register("hosted"))).toBe(
      "ValidationException: The target action 'Fetch' is of type AWS/CodeCommit. Only webhooks of ThirdParty/GitHub actions can be registered.",
    );
  });

  test("S3.4 an owner or repository that can be none, before any call", async () => {
    const name = `registered-${++count}`;
    await withWebhook(client, name, {}, { Owner: "..", Repo: "a/b" });
    expect(await refusal(register(name))).toContain(
      "ValidationException: The repository ../a/b of action 'Fetch'",
    );
    expect(host.calls).toEqual([]);
  });
});
