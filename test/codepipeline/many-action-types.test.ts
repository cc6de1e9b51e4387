/** More action types than a page holds, as clients walk them (api.md §3, §19). */
import {
  CreateCustomActionTypeCommand,
  ListActionTypesCommand,
  type ListActionTypesInput,
  paginateListActionTypes,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
/** In code point order. */
const providers = Array.from({ length: 130 }, (_, at) => `P${String(at).padStart(3, "0")}`);

beforeAll(async () => {
  fixture = await startServer({ settings: { "quota.action-types": "130" } });
  const none = { minimumCount: 0, maximumCount: 0 };
  const create = (provider: string) =>
    fixture.client.send(
      new CreateCustomActionTypeCommand({
        category: "Build",
        provider,
        version: "1",
        inputArtifactDetails: none,
        outputArtifactDetails: none,
      }),
    );
  await create("P000");
  // The others are made behind the server's back, which is faster.
  const store = await openStore(fixture.place);
  await store.transaction(async (tx) => {
    const { definition, ...row } = await tx.selectFrom("action_type").selectAll().executeTakeFirstOrThrow();
    for (const provider of providers.slice(1)) {
      const renamed = definition.replace("P000", provider);
      await tx
        .insertInto("action_type")
        .values({ ...row, provider, definition: renamed })
        .execute();
    }
  });
  await store.close();
  expect(await refusal(create("Beyond"))).toMatch(/^LimitExceededException: The account has 130 custom/);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const list = (input: ListActionTypesInput) => fixture.client.send(new ListActionTypesCommand(input));

test("ListActionTypes answers a hundred a page; Terraform's walk over its own finds every one (inferred: api.md §3)", async () => {
  const pages: (string | undefined)[][] = [];
  const walk = paginateListActionTypes({ client: fixture.client }, { actionOwnerFilter: "Custom" });
  for await (const { actionTypes = [] } of walk) pages.push(actionTypes.map(({ id }) => id?.provider));
  expect(pages.map((page) => page.length)).toEqual([100, 30]);
  expect(pages.flat()).toEqual(providers);
});

test("all owners' types are walked in one order, AWS's first (inferred: api.md §19.2)", async () => {
  const owners: (string | undefined)[] = [];
  for await (const { actionTypes = [] } of paginateListActionTypes({ client: fixture.client }, {}))
    owners.push(...actionTypes.map(({ id }) => id?.owner));
  expect(owners.filter((owner) => owner === "Custom")).toHaveLength(130);
  expect([...new Set(owners)]).toEqual(["AWS", "ThirdParty", "Custom"]);
  expect(owners.findLastIndex((owner) => owner !== "Custom")).toBe(owners.length - 131);
});

test("a token is refused for another owner or region", async () => {
  const { nextToken } = await list({ actionOwnerFilter: "Custom" });
  for (const input of [
    {},
    { actionOwnerFilter: "AWS" },
    { actionOwnerFilter: "Custom", regionFilter: "eu-west-1" },
  ])
    expect(await refusal(list({ ...(input as ListActionTypesInput), nextToken }))).toMatch(
      /^InvalidNextTokenException: /,
    );
});
