/** Hooks that hosts are told of by `millrace connection webhook --register` (S7.6). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { hookForm } from "../../src/core/connections/hook-forms.ts";
import { openStore } from "../../src/core/store/open.ts";
import { type Connected, connected } from "./support/connected.ts";

const scope = { account: "000000000000", region: "us-east-1" };
const repository = "octo/shop";

let at: Connected;
beforeAll(async () => {
  at = await connected();
  await at.host.createRepository(repository);
});
afterAll(() => at[Symbol.asyncDispose]());

async function register(arn: string, repositories: readonly string[] = [repository], renews = false) {
  const publicUrl = "https://ci.example";
  const address = await at.admin.webhook(scope, arn, { renews, publicUrl });
  await at.admin.register(scope, arn, repositories, publicUrl);
  return address;
}

test.each(["GitHub", "GitHubEnterpriseServer"])(
  "S7.6: %s gets a hook of a repository, and the same one again with another secret",
  async (type) => {
    const arn = await at.connect(type);
    const { url, secret } = await register(arn);
    const kept = () => at.host.hooks(repository).filter(({ config }) => config.url === url);
    expect(kept()).toMatchObject([
      {
        name: "web",
        active: true,
        events: ["push", "pull_request"],
        config: { url, content_type: "json", insecure_ssl: "0", secret },
      },
    ]);
    const renewed = await register(arn, [`/${repository}.git`], true);
    expect(renewed.secret).not.toBe(secret);
    expect(kept().map(({ config }) => config.secret)).toEqual([renewed.secret]);
    // A secret that isn't told any more is still the hook's.
    expect((await register(arn)).secret).toBeUndefined();
    expect(kept().map(({ config }) => config.secret)).toEqual([renewed.secret]);
  },
);

test("S7.6: GitLab and Gitea do, in their own words, however many hooks there are", async () => {
  const foreign = (version: string) => ({
    id: -1,
    repository: `${version} ${repository}`,
    body: { url: "https://elsewhere.example", config: { url: "https://elsewhere.example" } },
  });
  for (const version of ["v1", "v4"])
    for (let one = 0; one < 5; one++) at.host.otherHooks.kept.push(foreign(version));

  const gitLab = await register(await at.connect("GitLabSelfManaged"));
  const gitea = await register(await at.connect("Gitea"));
  const ours = () => at.host.otherHooks.kept.filter(({ id }) => id > 0).map(({ body }) => body);
  expect(ours()).toEqual([
    {
      url: gitLab.url,
      token: gitLab.secret,
      enable_ssl_verification: true,
      push_events: true,
      tag_push_events: true,
      merge_requests_events: true,
    },
    {
      type: "gitea",
      active: true,
      events: ["push", "pull_request", "pull_request_sync"],
      config: { url: gitea.url, content_type: "json", secret: gitea.secret },
    },
  ]);
  const renewed: (string | undefined)[] = [];
  for (const type of ["GitLabSelfManaged", "Gitea"]) {
    const { arn } = (await at.admin.list(scope)).find(({ providerType }) => providerType === type)!;
    renewed.push((await register(arn, [repository], true)).secret);
  }
  expect(ours()).toMatchObject([{ token: renewed[0] }, { config: { secret: renewed[1] } }]);
  expect(ours()).toHaveLength(2);
});

test("S7.6: Bitbucket's form", () => {
  const hook = { url: "https://ci.example/webhooks/x", secret: "s", events: ["repo:push"] };
  const form = hookForm("Bitbucket", repository, hook);
  expect([form?.path, form?.change, form?.body]).toEqual([
    "/repositories/octo/shop/hooks",
    "PUT",
    { description: "Millrace", active: true, ...hook },
  ]);
  expect(form?.read({ uuid: "{a b}", url: hook.url })).toEqual({ id: "%7Ba%20b%7D", url: hook.url });
  expect(form?.read({ url: hook.url })).toBeUndefined();
});

test("S7.6: what the host has against it is said, without the token", async () => {
  const arn = await at.connect("GitHub");
  const host = new URL(at.host.url).host;
  const refused = (repositories: string[]) =>
    register(arn, repositories).catch((error: Error) => error.message);
  expect(await refused(["octo/none"])).toBe(
    `${host} has no repository octo/none whose hooks the connection's token may keep (404)`,
  );
  const called = at.host.calls.length;
  for (const odd of ["../admin", "octo/..git", "octo/...git", "octo/.git"])
    expect(await refused([odd])).toBe(`'${odd}' is no repository of GitHub`);
  expect(at.host.calls).toHaveLength(called);
  at.host.refusals.push({ status: 200, body: "<p>Log in first</p>" });
  expect(await refused([repository])).toBe(`${host} answered with no list of hooks: is its API there?`);
  at.host.refusals.push({ status: 503 });
  expect(await refused([repository])).toBe(`${host} answered 503: no hook was kept in octo/shop`);
  at.host.revoke();
  expect(await refused([repository])).toBe(
    `${host} doesn't take the connection's token (401): complete it again, by millrace connection complete`,
  );
  at.host.restore();
  const plain = await at.connect("Git", { user: "ada" });
  await expect(register(plain)).rejects.toThrow(
    "a server of plain git tells nobody of pushes: it has no webhook",
  );
});

test("S3.2: a repository that was renamed is followed on the same origin, and nowhere else", async () => {
  const arn = await at.connect("GitHub");
  const moved = (location: string) => at.host.refusals.push({ status: 307, headers: { location } });
  moved(`${at.host.apiUrl}/repos/${repository}/hooks`);
  const { url } = await register(arn);
  expect(at.host.hooks(repository).filter(({ config }) => config.url === url)).toHaveLength(1);
  moved("http://elsewhere.example/repos/octo/shop/hooks");
  await expect(register(arn)).rejects.toThrow("answered 307: no hook was kept in octo/shop");
});

test("S7.6: a hook that was sealed with another key is made anew with its secret", async () => {
  const arn = await at.connect("GitHub");
  const { url } = await register(arn);
  const store = await openStore(at.fixture.place);
  await store.transaction((tx) =>
    tx
      .updateTable("connection_hook")
      .set({ url_sealed: "of another", secret: "key" })
      .where("connection_id", "=", arn.split("/").at(-1) ?? "")
      .execute(),
  );
  await store.close();
  await expect(register(arn)).rejects.toThrow("sealed with another key");
  const made = await register(arn, [repository], true);
  expect(made.url).not.toBe(url);
  expect(at.host.hooks(repository).find(({ config }) => config.url === made.url)?.config).toMatchObject({
    secret: made.secret,
  });
});
