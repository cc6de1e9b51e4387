/** E12.1 under kill -9 of the server: sinks get every event, those of an execution in their order. */
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreatePipelineCommand,
  type PipelineDeclaration,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../cli/millrace.ts";
import { stage } from "../codepipeline/support/declarations.ts";
import { BUILDER, build, ORIGIN, registerTypes, worked } from "../codepipeline/support/workers.ts";
import { signed } from "../logs/support/signed.ts";
import { executionsOf } from "./support/history.ts";
import { workOn } from "./support/job-worker.ts";
import { Ledger } from "./support/ledger.ts";
import { type MortalServer, mortalServer } from "./support/mortal-server.ts";
import { chance as chanceOf } from "./support/random.ts";

const ROUNDS = 4;
const STARTS = 6;

interface Event {
  readonly id: string;
  readonly detail: { readonly "execution-id": string };
}

test("a webhook and a file get each event at least once, in order, whenever the server is killed", {
  timeout: 120_000,
}, async () => {
  const chance = chanceOf("events, kill -9");
  await using folder = await temporaryFolder();
  await using receiver = await startReceiver(() => (chance.between(1, 10) === 1 ? 503 : 200));
  const file = join(folder.path, "events.jsonl");
  const config = join(folder.path, "config.json");
  const settings = {
    "events.hook": receiver.url,
    "events.hook.secret": "a secret of the test's",
    "events.file": `file:${file}`,
  };
  await writeFile(config, JSON.stringify(settings));
  await using server = await mortalServer("--config", config);
  await server.start();
  const { codepipeline } = await server.clients();
  await registerTypes(codepipeline);
  const pipeline: PipelineDeclaration = {
    ...worked([stage("Build", build())]),
    pipelineType: "V2",
    executionMode: "PARALLEL",
  };
  await codepipeline.send(new CreatePipelineCommand({ pipeline }));

  const over = new AbortController();
  const ledger = new Ledger();
  const background = Promise.all(
    [ORIGIN, BUILDER].map((type) => workOn(type, { server, ledger, chance, signal: over.signal })),
  );
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (let count = 0; count < STARTS; count += 1) await start(server, `${round}-${count}`);
    await server.requests(chance.between(1, 40));
    await sleep(chance.between(0, 10));
    await server.kill();
    await server.start();
  }
  await server.sleepThroughLeases();
  await vi.waitFor(
    async () => {
      const executions = await server.insist((clients) => executionsOf(clients.codepipeline, "app"));
      expect(executions.map(({ status }) => status)).toEqual(
        Array.from({ length: ROUNDS * STARTS + 1 }, () => "Succeeded"),
      );
    },
    { timeout: 60_000, interval: 100 },
  );
  over.abort();
  await background;

  const told = await outbox(server);
  await vi.waitFor(
    async () => {
      expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(told.length);
      expect(new Set((await linesOf(file)).map(({ id }) => id)).size).toBe(told.length);
    },
    { timeout: 60_000, interval: 100 },
  );
  expectAllInOrder(receiver.received, told);
  expectAllInOrder(await linesOf(file), told);
});

/** Each of `told`, for the first time in the order of its execution. */
function expectAllInOrder(got: readonly Event[], told: readonly Event[]): void {
  const firsts = got.filter(({ id }, index) => got.findIndex((event) => event.id === id) === index);
  expect(byExecution(firsts)).toEqual(byExecution(told));
}

function byExecution(events: readonly Event[]): Record<string, string[]> {
  const groups = Object.groupBy(events, ({ detail }) => detail["execution-id"]);
  return Object.fromEntries(
    Object.entries(groups).map(([execution, some = []]) => [execution, some.map(({ id }) => id)]),
  );
}

async function start(server: MortalServer, clientRequestToken: string): Promise<void> {
  await server.insist(({ codepipeline }) =>
    codepipeline.send(new StartPipelineExecutionCommand({ name: "app", clientRequestToken })),
  );
}

async function outbox(server: MortalServer): Promise<Event[]> {
  const { target } = await server.clients();
  const answer = await signed(target.endpoint, "/events?after=0", target.credentials);
  return (await answer.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { event: Event }).event);
}

async function linesOf(file: string): Promise<Event[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Event);
}

async function startReceiver(status: () => number) {
  const received: Event[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const code = status();
    if (code === 200) received.push(JSON.parse(body) as Event);
    response.writeHead(code).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
