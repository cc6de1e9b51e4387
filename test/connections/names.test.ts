/** The service's two names, its targets and its protocol (S7, S7.1), and its constraints. */
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConstraintTable } from "../../src/services/aws-json/constraints.ts";
import { AwsError } from "../../src/services/aws-json/error.ts";
import { parseJson } from "../../src/services/aws-json/parse.ts";
import { planOperations } from "../../src/services/aws-json/plan.ts";
import constraints from "../../src/services/codeconnections/constraints.json" with { type: "json" };
import { codeConnections, codeStarConnections } from "../../src/services/codeconnections/index.ts";
import { createWalk } from "../aws-json/support/walk.ts";
import { awsCli, hasAwsCli } from "../support/aws-cli.ts";
import { type TestServer, testServer } from "../support/server.ts";

let fixture: TestServer;
beforeAll(async () => {
  fixture = await testServer({ worker: false });
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function call(service: string, target: string, input: object) {
  const { endpoint, region, credentials } = fixture.config;
  const { host, protocol, hostname } = new URL(endpoint);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const body = JSON.stringify(input);
  const { headers } = await signer.sign({
    method: "POST",
    protocol,
    hostname,
    path: "/",
    headers: { host, "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
    body,
  });
  const answer = await fetch(endpoint, { method: "POST", headers, body });
  return { status: answer.status, type: answer.headers.get("content-type"), json: await answer.json() };
}

test.each([
  ["codestar-connections", "CodeStar_connections_20191201"],
  ["codestar-connections", "com.amazonaws.codestar.connections.CodeStar_connections_20191201"],
  ["codeconnections", "CodeConnections_20231201"],
  ["codeconnections", "com.amazonaws.codeconnections.CodeConnections_20231201"],
])("S7.1: %s answers at %s in JSON 1.0, and its ARNs are spelt as it was called", async (service, target) => {
  const made = await call(service, `${target}.CreateConnection`, {
    ConnectionName: "a",
    ProviderType: "GitHub",
  });
  expect(made).toMatchObject({ status: 200, type: "application/x-amz-json-1.0" });
  const { ConnectionArn } = made.json as { ConnectionArn: string };
  expect(ConnectionArn).toContain(`arn:aws:${service}:us-east-1:000000000000:connection/`);
  const other = "CodeConnections_20231201.GetConnection";
  expect(await call("codeconnections", other, { ConnectionArn })).toMatchObject({
    json: { Connection: { ConnectionArn } },
  });
  expect(
    await call(service, `${target}.GetConnection`, { ConnectionArn: `${ConnectionArn}0` }),
  ).toMatchObject({
    status: 404,
    type: "application/x-amz-json-1.0",
    json: { __type: "ResourceNotFoundException" },
  });
});

test("S7: what belongs to git sync answers 501 and names itself; a signature for another service is refused", async () => {
  expect(await call("codeconnections", "CodeConnections_20231201.ListRepositoryLinks", {})).toMatchObject({
    status: 501,
    json: { message: expect.stringContaining("ListRepositoryLinks") },
  });
  expect(await call("codepipeline", "CodeConnections_20231201.ListConnections", {})).toMatchObject({
    json: { __type: "InvalidSignatureException" },
  });
});

describe("api.md §1.4: just inside passes, just outside is told with its path and AWS's words", () => {
  const plans = planOperations([codeConnections]);
  const { casesOf } = createWalk(constraints as ConstraintTable);
  test.each(codeConnections.operations.map(({ name }) => name))("%s", (name) => {
    const plan = plans.get(`CodeConnections_20231201.${name}`)!;
    const wrong: object[] = [];
    let asked = 0;
    for (const { request, told } of casesOf(`${name}Input`)) {
      asked++;
      let said: string | undefined;
      try {
        plan.validate(plan.decode(parseJson(Buffer.from(JSON.stringify(request)))));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        said = error.code === "ValidationException" ? error.message : error.code;
      }
      const expected =
        typeof told === "string"
          ? told
          : told.length === 0
            ? undefined
            : `${told.length} validation error${told.length === 1 ? "" : "s"} detected: ${told.join("; ")}`;
      if (said !== expected) wrong.push({ request, said, expected });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(asked).toBeGreaterThan(0);
  });
});

test("S7: both names have the same operations", () => {
  const namesOf = ({ operations }: typeof codeConnections) => operations.map(({ name }) => name);
  expect(namesOf(codeStarConnections)).toEqual(namesOf(codeConnections));
});

describe.skipIf(!hasAwsCli)("AWS CLI (skipped where `aws` is not installed, and on PostgreSQL)", () => {
  test.each(["codestar-connections", "codeconnections"])(
    "S7: aws %s",
    { timeout: 120_000 },
    async (service) => {
      const cli = awsCli(fixture.config, fixture.server.dataDir);
      const aws = async (...args: string[]) => {
        const stdout = await cli(service, ...args);
        return stdout.trim() === "" ? {} : JSON.parse(stdout);
      };
      const { ConnectionArn: arn } = await aws(
        ...["create-connection", "--connection-name", "cli", "--provider-type", "GitHub"],
        ...["--tags", "Key=team,Value=blue"],
      );
      expect(await aws("get-connection", "--connection-arn", arn)).toMatchObject({
        Connection: { ConnectionName: "cli", ConnectionStatus: "PENDING" },
      });
      expect(await aws("list-tags-for-resource", "--resource-arn", arn)).toEqual({
        Tags: [{ Key: "team", Value: "blue" }],
      });
      const { Connections } = await aws("list-connections", "--provider-type-filter", "GitHub");
      expect(Connections).toContainEqual(expect.objectContaining({ ConnectionArn: arn }));
      await aws("delete-connection", "--connection-arn", arn);
      await expect(aws("get-connection", "--connection-arn", arn)).rejects.toThrow(
        "ResourceNotFoundException",
      );
    },
  );
});
