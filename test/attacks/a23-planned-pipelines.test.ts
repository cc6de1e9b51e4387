import { CodePipelineClient, CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pipeline } from "../codepipeline/support/declarations.ts";
import { type Installation, installation } from "../support/users.ts";
import { signedExchange } from "./support/signed-exchange.ts";

let here: Installation;
beforeAll(async () => {
  here = await installation();
});
afterAll(() => here[Symbol.asyncDispose]());

test("A23: a webhook that is judged tells nothing of a pipeline that its planner may not see", async () => {
  const client = new CodePipelineClient(here.configOf(here.server.credentials));
  for (const name of ["mine", "theirs"])
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
  const arn = (name: string) => `arn:aws:codepipeline:${here.server.region}:*:${name}`;
  const Resource = [arn("webhook:*"), arn("mine")];
  const credentials = await here.userWith([{ Effect: "Allow", Action: "millrace:CheckWebhook", Resource }]);
  const check = async (planned: string) => {
    const { status, body } = await signedExchange(
      { server: here.server, config: here.configOf(credentials), [Symbol.asyncDispose]: async () => {} },
      {
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "MillraceImport_20261101.CheckWebhook",
        },
        body: JSON.stringify({
          webhook: {
            name: "hook",
            targetPipeline: "mine",
            targetAction: pipeline().stages?.[0]?.actions?.[0]?.name,
            filters: [{ jsonPath: "$.ref" }],
            authentication: "UNAUTHENTICATED",
            authenticationConfiguration: {},
          },
          plannedPipeline: pipeline({ name: planned }),
        }),
        credentials,
        service: "codepipeline",
      },
    );
    return `${status} ${body}`;
  };
  expect(await check("mine")).toBe("200 {}");
  expect(await check("theirs")).toMatch(/^400 .*AccessDeniedException.*theirs/);
});
