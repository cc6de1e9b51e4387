import { afterAll, beforeAll, expect, test } from "vitest";
import { signedGet } from "../../src/cli/signed-fetch.ts";
import { type Installation, installation } from "../support/users.ts";

let here: Installation;
beforeAll(async () => {
  here = await installation();
});
afterAll(() => here[Symbol.asyncDispose]());

const ODD = [
  "a%00b",
  "%ED%A0%80",
  "%",
  "%zz",
  "..%2f..",
  "%F0%9F%98%80",
  "a".repeat(9_000),
  "*",
  "__proto__",
  "",
];
const PATHS = [
  "/events?pipeline=",
  "/events?after=0&form=",
  "/events?after=",
  "/explain?pipeline=",
  "/explain?execution=",
  "/logs?execution=",
  "/logs/",
  "/logs/00000000-0000-4000-8000-000000000000?from=",
];

test("A8: no odd query makes events, explanations and logs fail, whatever is looked up for the caller's policy", async () => {
  const tagged = { StringEquals: { "aws:ResourceTag/team": "other" } };
  const key = await here.userWith([
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "*", Resource: "*", Condition: tagged },
  ]);
  const target = { endpoint: here.server.url, region: here.server.region, credentials: key };
  const faults: string[] = [];
  for (const path of PATHS)
    for (const odd of ODD) {
      const { status, body } = await signedGet(target, `${path}${odd}`, { accept: "application/json" });
      await body?.cancel();
      if (status >= 500) faults.push(`${path}${odd.slice(0, 100)}: ${status}`);
    }
  expect(faults).toEqual([]);
});
