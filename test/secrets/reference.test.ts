import { describe, expect, test } from "vitest";
import { pickKey, pickVersion } from "../../src/core/secrets/pick-value.ts";
import { readReference } from "../../src/core/secrets/reference.ts";

const scope = { account: "000000000000", region: "eu-west-1" };
const ARN = "arn:aws:secretsmanager:eu-west-1:000000000000:secret";
const VERSION = "0b3ef4a2-1df5-4c3a-9c6b-5e2f7c5d8a10";

test.each([
  ["db", { name: "db" }],
  ["/app/db", { name: "/app/db" }],
  ["db:password", { name: "db", jsonKey: "password" }],
  ["db:password:AWSPREVIOUS", { name: "db", jsonKey: "password", stage: "AWSPREVIOUS" }],
  ["db::AWSPREVIOUS", { name: "db", stage: "AWSPREVIOUS" }],
  [`db:::${VERSION}`, { name: "db", versionId: VERSION }],
  [
    `db:password:AWSCURRENT:${VERSION}`,
    { name: "db", jsonKey: "password", stage: "AWSCURRENT", versionId: VERSION },
  ],
  [`${ARN}:app/db-a1B2c3`, { name: "app/db" }],
  [
    `${ARN}:app/db-a1B2c3:password:AWSPREVIOUS`,
    { name: "app/db", jsonKey: "password", stage: "AWSPREVIOUS" },
  ],
  [`${ARN}:db`, { name: "db" }],
  ["arn:aws:secretsmanager:us-east-1:000000000000:secret:db-a1B2c3", undefined],
  ["arn:aws:secretsmanager:eu-west-1:999999999999:secret:db-a1B2c3", undefined],
])("P3.5, P3.9 secrets-manager: %s", (text, reference) => {
  expect(readReference("secrets-manager", text, scope)).toEqual(reference);
});

test.each([
  ["token", { name: "token" }],
  ["/app/token", { name: "/app/token" }],
  ["arn:aws:ssm:eu-west-1:000000000000:parameter/token", { name: "token" }],
  ["arn:aws:ssm:eu-west-1:000000000000:parameter/app/token", { name: "/app/token" }],
  ["arn:aws:ssm:eu-west-1:999999999999:parameter/token", undefined],
])("P3.9 parameter-store: %s", (text, reference) => {
  expect(readReference("parameter-store", text, scope)).toEqual(reference);
});

describe("P3.9 json-key", () => {
  const json = JSON.stringify({ password: "p", port: 5432, tls: true, none: null, more: { a: [1] } });

  test.each([
    ["password", "p"],
    ["port", "5432"],
    ["tls", "true"],
    ["none", "null"],
    ["more", '{"a":[1]}'],
  ])("%s", (key, value) => {
    expect(pickKey(json, key)).toEqual({ value });
  });

  test("no key is the value as it is", () => {
    expect(pickKey(json, undefined)).toEqual({ value: json });
  });

  test.each([
    [json, "missing"],
    [json, "constructor"],
    ["[1]", "0"],
    ["no json", "a"],
  ])("in %s there is no %s, and the refusal doesn't tell the value", (value, key) => {
    const picked = pickKey(value, key);
    expect(picked).toEqual({ refused: expect.stringMatching(/^ResourceNotFoundException: .*/) });
    expect(JSON.stringify(picked)).not.toContain(value);
  });
});

describe("P3.9 stages and version ids", () => {
  const current = { stage: "AWSCURRENT", id: "1" };
  const previous = { stage: "AWSPREVIOUS", id: "2" };
  const pick = (given: object) => pickVersion([current, previous], { name: "db", ...given });

  test("AWSCURRENT unless another is named, a version by its id in whatever stage it is", () => {
    expect(pick({})).toBe(current);
    expect(pick({ stage: "AWSPREVIOUS" })).toBe(previous);
    expect(pick({ versionId: "2" })).toBe(previous);
    expect(pick({ versionId: "2", stage: "AWSPREVIOUS" })).toBe(previous);
  });

  test.each([
    [{ stage: "MINE" }, /value for staging label: MINE/],
    [{ versionId: "3" }, /value for VersionId: 3/],
    [{ versionId: "2", stage: "AWSCURRENT" }, /InvalidRequestException/],
  ])("%j is refused", (given, refused) => {
    expect(pick(given)).toEqual({ refused: expect.stringMatching(refused) });
  });
});
