import { afterEach, beforeEach, expect, test } from "vitest";
import { insertPolls } from "../../src/core/store/connection-polls.ts";
import { addKnownRefs, changeKnownRef, knownRefs } from "../../src/core/store/connection-refs.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

let store: Store;
beforeEach(async () => {
  store = await emptyStore();
});
afterEach(() => store.close());

const repository = { account: "000000000000", container: "us-east-1/c/octo/shop" };
const main = "refs/heads/main";

test("S7.9 what a first look has seen leaves a push that is being delivered meanwhile", async () => {
  await store.transaction((tx) => insertPolls(tx, [repository], 0));
  const delivered = Promise.withResolvers<void>();
  const delivering = store.transaction(async (tx) => {
    await changeKnownRef(tx, { ...repository, ref: main }, "pushed", false);
    delivered.resolve();
    // On PostgreSQL, the look comes to its ref while this isn't kept yet.
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  await delivered.promise;
  const seen = new Map([...Array(120).keys()].map((number) => [`refs/tags/v${number}`, `c${number}`]));
  await store.transaction((tx) => addKnownRefs(tx, repository, new Map([...seen, [main, "before"]])));
  await delivering;
  expect(await knownRefs(store.read, repository)).toEqual(new Map([...seen, [main, "pushed"]]));
});
