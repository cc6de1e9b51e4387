import { randomUUID } from "node:crypto";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { signedGet } from "../../src/cli/signed-fetch.ts";
import { stage } from "../codepipeline/support/declarations.ts";
import { BUILDER, build, createWorked, ORIGIN, pass, take, worked } from "../codepipeline/support/workers.ts";
import { ACCOUNT, ALLOW_ALL, type Installation, installation } from "../support/users.ts";

const FIVE_MINUTES = 300_000;

let here: Installation;
let log: string;
beforeAll(async () => {
  here = await installation();
  const client = new CodePipelineClient(here.configOf(here.server.credentials));
  await createWorked(client, worked([stage("Build", build())]));
  await pass(client, ORIGIN);
  log = (await take(client, BUILDER)).data?.pipelineContext?.action?.actionExecutionId ?? randomUUID();
});
afterAll(() => here[Symbol.asyncDispose]());

test.each(["/events", "log"])("A23: who was disabled doesn't follow %s for ever", async (what) => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  using _ = vi
    .spyOn(AbortSignal, "timeout")
    .mockImplementation((ms) => timeout(ms === FIVE_MINUTES ? 500 : ms));
  const name = `follower${what.length}`;
  const credentials = await here.userWith([ALLOW_ALL], { name });
  const target = { endpoint: here.server.url, region: here.server.region, credentials };
  const path = what === "log" ? `/logs/${log}` : what;
  const follow = () => signedGet(target, path, { accept: "text/event-stream" });
  const open = await follow();
  expect(open.status).toBe(200);
  await here.users.setDisabled({ account: ACCOUNT, name }, true);
  // It ends, without saying that there is nothing more to come.
  expect(await open.text()).not.toContain("event: end");
  const again = await follow();
  expect(again.status).toBe(403);
  await again.body?.cancel();
});
