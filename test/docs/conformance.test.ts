/**
 * docs/conformance.md is written from what the suites of test/clients recorded, the tests that name an operation, and
 * docs/differences.json: `npx vitest run --project sqlite test/docs --update` writes it anew.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as schemas from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import differences from "../../docs/differences.json" with { type: "json" };
import { modelOf } from "../../src/services/aws-json/model.ts";

import type { Client } from "../clients/support/recorder.ts";

const CLIENTS: readonly (readonly [Client, string])[] = [
  ["sdk-js", "SDK for JavaScript"],
  ["aws-cli", "AWS CLI"],
  ["boto3", "boto3"],
  ["terraform", "Terraform"],
];

test("docs/conformance.md says what the tests cover", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/conformance.md");
});

function page(): string {
  const covered = new Map(CLIENTS.map(([client]) => [client, new Set(recorded(client))]));
  const operations = [...modelOf(schemas).operations.keys()].sort();

  return `${[
    "# Conformance",
    "",
    "The operations of CodePipeline 2015-07-09, what of each is tested, and by which real client it was called with success in",
    "the suites of [test/clients](../test/clients): recorded at the server, by the client's own User-Agent. The suites for the AWS",
    "CLI, boto3 and Terraform run where the machine has them. This page is generated; a test fails when it is stale.",
    "",
    `| operation | ${CLIENTS.map(([, title]) => title).join(" | ")} | refusals tested | tests |`,
    `| --- | ${CLIENTS.map(() => "---").join(" | ")} | --- | --- |`,
    ...operations.map((operation) => {
      const marks = CLIENTS.map(([client]) => (covered.get(client)?.has(operation) ? "yes" : ""));
      const files = testsOf(operation);
      const links = files.map((file) => linkTo(file));
      const refusals = [...new Set(refusalsIn(ownTestOf(operation)))].sort().join(", ");
      return `| ${operation} | ${[...marks, refusals, links.join(", ")].join(" | ")} |`;
    }),
    "",
    "`millrace import` is tested with apps of the AWS CDK, whose templates call none of these operations by themselves.",
    "",
    "## Known differences from AWS",
    "",
    "| about | AWS | Millrace | rule |",
    "| --- | --- | --- | --- |",
    ...differences.map(({ about, aws, here, seen }) => `| ${about} | ${aws} | ${here} | ${seen} |`),
  ].join("\n")}\n`;
}

/** The files of test/codepipeline need no folder. */
function linkTo(file: string): string {
  return `[${file}](../test/${file.includes("/") && !file.startsWith("structure/") ? "" : "codepipeline/"}${file}.test.ts)`;
}

function recorded(client: Client): string[] {
  const file = new URL(`../clients/recorded/${client}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as string[];
}

/** The test of its name, else those that name its command. */
function testsOf(operation: string): string[] {
  const own = ownTestOf(operation);
  if (texts.has(own)) return [own];
  const naming = new RegExp(`\\b${operation}Command\\b`);
  return [...texts].filter(([, text]) => naming.test(text)).map(([name]) => name);
}

/** `GetPipeline` → `get-pipeline` */
function ownTestOf(operation: string): string {
  return operation.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function refusalsIn(file: string): string[] {
  return (texts.get(file)?.match(/\b[A-Z]\w+Exception\b/g) ?? []).map((name) =>
    name.replace(/Exception$/, ""),
  );
}

const texts = testTexts();

/** By name below test/, without what every such file ends in. */
function testTexts(): ReadonlyMap<string, string> {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const ofOperations = files.filter((file) => /^(codepipeline|webhooks)\/.*\.test\.ts$/.test(file)).sort();
  return new Map(
    ofOperations.map((file) => [
      file.slice(0, -".test.ts".length).replace(/^codepipeline\//, ""),
      readFileSync(join(folder, file), "utf8"),
    ]),
  );
}
