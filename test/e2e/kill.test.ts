/**
 * "kill -9 of the server at any moment: after a restart every acknowledged request is there, and every execution goes on
 * where it was, without running a finished action again."
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListTagsForResourceCommand } from "@aws-sdk/client-codepipeline";
import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../cli/millrace.ts";
import { BUILDER, ORIGIN, SHIPPER } from "../codepipeline/support/workers.ts";
import { programsWithout } from "../support/programs.ts";
import { createPipelines, createSources, names, RELAYS } from "./support/fleet.ts";
import { actionsOf, executionsOf, pipelineNames } from "./support/history.ts";
import { workOn } from "./support/job-worker.ts";
import { Ledger } from "./support/ledger.ts";
import { mortalServer } from "./support/mortal-server.ts";
import { chance as chanceOf } from "./support/random.ts";
import { TAGGED, Users } from "./support/users.ts";
import { workingCopy } from "./support/working-copy.ts";

const ROUNDS = 5;
/** The one way in which a kill may fail an action: each time it ran, the server was killed (E3.15). */
const LOST_THRICE = {
  status: "Failed",
  code: "SystemUnavailable",
  message: "The worker running this action was lost 3 times",
};

test("nothing acknowledged is lost, nothing finished runs again, and everything ends", {
  timeout: 120_000,
}, async () => {
  const chance = chanceOf("kill -9");
  await using folder = await temporaryFolder();
  await using server = await mortalServer();
  await using copy = await workingCopy();
  const runs = join(folder.path, "runs");
  // Bubblewrap would not let commands write to a file of the test's.
  server.path = await programsWithout("bwrap", join(folder.path, "programs"));
  await server.start();
  const users = new Users(server, copy);
  await createSources(await server.clients());
  await users.provideSources();
  await createPipelines(await server.clients(), runs);

  const ledger = new Ledger();
  const over = new AbortController();
  const background = Promise.all([
    ...RELAYS.map((name) => users.approveAll(name, over.signal)),
    ...[ORIGIN, BUILDER, SHIPPER].map((type) =>
      workOn(type, { server, ledger, chance, signal: over.signal }),
    ),
  ]);
  const checked = new Map<string, number>();

  for (let round = 1; round <= ROUNDS; round += 1) {
    const using = users.useEverything(round);
    await server.requests(chance.between(1, 60));
    await sleep(chance.between(0, 6));
    await server.kill();
    await server.start();
    if (chance.between(1, 3) === 1) {
      await server.requests(chance.between(1, 5));
      await server.kill();
      await server.start();
    }
    await Promise.all([using, noteFinishedChecks()]);
  }
  // Of jobs whose hand-out was lost with its server; so nobody need wait for that.
  await server.sleepThroughLeases();

  const { codepipeline, s3 } = await server.clients();
  const pipelines = await pipelineNames(codepipeline);
  await vi.waitFor(
    async () => {
      const all = await Promise.all(pipelines.map((name) => executionsOf(codepipeline, name)));
      expect(all.flat().filter(({ status }) => status === "InProgress")).toEqual([]);
    },
    { timeout: 90_000, interval: 50 },
  );
  over.abort();
  await background;

  expect(ledger.wrongs).toEqual([]);
  expect(pipelines).toEqual(expect.arrayContaining(users.created));

  const relay = (await Promise.all(RELAYS.map((name) => executionsOf(codepipeline, name)))).flat();
  const byHand = relay.filter(({ trigger }) => trigger?.triggerType === "StartPipelineExecution");
  expect(ids(byHand)).toEqual(users.started.toSorted());
  expect(new Set(relay.map(({ status }) => status))).toEqual(new Set(["Succeeded", "Superseded"]));

  const { tags = [] } = await codepipeline.send(new ListTagsForResourceCommand({ resourceArn: TAGGED }));
  expect(tags.map(({ key }) => key).toSorted()).toEqual(users.tags.toSorted());

  const actions = (await Promise.all(pipelines.map((name) => actionsOf(codepipeline, name)))).flat();
  const succeeded = new Set(
    actions.filter(({ status }) => status === "Succeeded").map(({ actionExecutionId }) => actionExecutionId),
  );
  for (const id of [...users.approved, ...ledger.finished.keys()]) expect(succeeded).toContain(id);
  for (const { status, output } of actions.filter(({ status }) => status !== "Succeeded"))
    expect({ status, ...output?.executionResult?.errorDetails }).toEqual(LOST_THRICE);

  // The first commit and object were there before the pipelines.
  await expectOneEach("git", users.commits.slice(1));
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: names.bucket }));
  const written = Versions.map(({ VersionId = "" }) => VersionId).toSorted();
  await expectOneEach(
    "object",
    written.filter((id) => id !== users.objectVersions[0]),
  );
  expect(written).toEqual(expect.arrayContaining(users.objectVersions));

  const counted = new Map(checked);
  checked.clear();
  await noteFinishedChecks();
  for (const [execution, count] of counted) expect(checked.get(execution)).toBe(count);

  /** An execution that was superseded before its source action ran has no revision. */
  async function expectOneEach(name: string, changes: readonly string[]): Promise<void> {
    const executions = await executionsOf(codepipeline, name);
    const started = executions.filter(({ trigger }) => trigger?.triggerType === "CloudWatchEvent");
    expect(started).toHaveLength(changes.length);
    const delivered = started.flatMap(({ sourceRevisions: [revision] = [] }) => revision?.revisionId ?? []);
    expect(new Set(delivered).size).toBe(delivered.length);
    expect(changes).toEqual(expect.arrayContaining(delivered));
  }

  /** How often the commands of each execution have run whose action was reported as succeeded. */
  async function noteFinishedChecks(): Promise<void> {
    const actions = await server.insist(({ codepipeline }) => actionsOf(codepipeline, "git"));
    const lines = (await readFile(runs, "utf8").catch(() => "")).split("\n");
    for (const { pipelineExecutionId = "", actionName, status } of actions) {
      if (actionName !== "Check" || status !== "Succeeded" || checked.has(pipelineExecutionId)) continue;
      checked.set(pipelineExecutionId, lines.filter((line) => line === pipelineExecutionId).length);
    }
  }
});

function ids(executions: readonly { readonly pipelineExecutionId?: string | undefined }[]): string[] {
  return executions.map(({ pipelineExecutionId = "" }) => pipelineExecutionId).toSorted();
}
