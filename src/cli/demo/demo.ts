/**
 * The main job, end to end, on real input: this checkout's HEAD is pushed to a fresh server, built, approved and
 * deployed; then a commit that doesn't compile shows how a failure looks.
 */
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { type ActionExecutionDetail, PutApprovalResultCommand } from "@aws-sdk/client-codepipeline";
import { createServer, type Server } from "../../server/index.ts";
import { breakAndPush, checkout, head, push, type Remote } from "./checkout.ts";
import { type Clients, clients, createPipeline, createRepository, names } from "./pipeline.ts";
import { showRelease } from "./release.ts";
import { createScreen, type Screen } from "./screen.ts";
import { nextExecution, type Watched, watch } from "./watch.ts";

const START_WITHIN_MS = 10_000;

export interface DemoOptions {
  /** Answer the approval without asking. */
  readonly yes: boolean;
  /** Leave the server running at the end. */
  readonly keep: boolean;
}

/** Runs the demo. @throws Error when anything doesn't go as it must, or a signal ends it */
export async function demo(options: DemoOptions): Promise<void> {
  const screen = createScreen(process.stdout, Date.now);
  const commit = await head(checkout);
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-demo-"));
  await using server = await createServer({ dataDir, port: 0 });
  const signal = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);

  screen.step(1, "A server on a fresh data directory");
  screen.say(`listening on ${server.url}, data in ${dataDir}`);
  screen.say(server.sandbox);
  const interrupted = signal.then(() => {
    throw new Error("the demo was interrupted");
  });
  await Promise.race([deliver(server, screen, commit, options), interrupted]);

  if (options.keep) await keepRunning(screen, server.url, dataDir, signal);
  else screen.say(`the data stays in ${dataDir}; npm run demo -- --keep leaves the server running, too`);
}

async function deliver(
  { url: endpoint, region, credentials }: Server,
  screen: Screen,
  commit: { id: string; subject: string },
  { yes }: DemoOptions,
): Promise<void> {
  const target = { endpoint, region, credentials };
  const aws = clients(target);
  screen.step(2, `This repository, hosted: git push of ${commit.id.slice(0, 12)} (${commit.subject})`);
  const remote: Remote = { url: await createRepository(aws), ...credentials };
  await push(checkout, remote, "main");
  screen.say(`pushed to ${remote.url}, branch main`);

  screen.step(3, "A pipeline, created with the AWS SDK");
  await createPipeline(aws);
  screen.say(`${names.pipeline}: Source → Build (CodeBuild beside Commands) → Approval → Deploy`);

  screen.step(4, `A push to the branch ${names.branch} starts it`);
  await push(checkout, remote, names.branch);
  const first = await nextExecution(aws, new Set(), START_WITHIN_MS);
  const release = await watch(target, aws, first, screen, (approval) => approve(aws, approval, yes, screen));
  if (release.status !== "Succeeded") throw new Error(`the execution ended as ${release.status}`);
  await showRelease(aws, screen, commit.id, release.actions);

  screen.step(5, "A commit that breaks the build");
  const file = await breakAndPush(remote, names.branch);
  const second = await nextExecution(aws, new Set([first]), START_WITHIN_MS);
  const failure = await watch(target, aws, second, screen, async () => {
    throw new Error("the broken build reached the approval");
  });
  showFailure(screen, failure, file);
}

async function approve(
  { codepipeline }: Clients,
  approval: ActionExecutionDetail,
  yes: boolean,
  screen: Screen,
): Promise<void> {
  screen.say(`? ${approval.input?.resolvedConfiguration?.CustomData}`);
  const ask = process.stdin.isTTY && !yes;
  const approved = ask ? await askAtTerminal() : true;
  if (!ask) screen.say(`answering it myself: ${yes ? "--yes was given" : "there is no terminal to ask at"}`);
  await codepipeline.send(
    new PutApprovalResultCommand({
      pipelineName: names.pipeline,
      stageName: approval.stageName,
      actionName: approval.actionName,
      token: approval.actionExecutionId,
      result: {
        status: approved ? "Approved" : "Rejected",
        summary: ask ? "answered at the terminal" : "answered by the demo",
      },
    }),
  );
}

async function askAtTerminal(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return !/^n/i.test((await terminal.question("          approve? [Y/n] ")).trim());
  } finally {
    terminal.close();
  }
}

/** Prints the failing action, its error and the log line that says why. @throws Error when it didn't fail as it must */
function showFailure(screen: Screen, { status, actions, logs }: Watched, file: string): void {
  const failed = actions.find((action) => action.status === "Failed");
  if (status !== "Failed" || failed === undefined) {
    throw new Error(`the broken commit ended as ${status}, it should have failed`);
  }
  const lines = logs.get(failed.actionExecutionId ?? "") ?? [];
  const culprit = lines.find((line) => line.stream !== "system" && line.text.includes(file));
  if (culprit === undefined) throw new Error(`the failed action's log doesn't name ${file}`);
  screen.bad(`failing action: ${failed.stageName}/${failed.actionName}`);
  screen.bad(`error:          ${failed.output?.executionResult?.errorDetails?.message}`);
  screen.bad(`failing line:   ${culprit.text}`);
  screen.good("the release before it is still what the bucket holds");
}

/** Says how to go on, and waits to be ended. */
async function keepRunning(
  screen: Screen,
  url: string,
  dataDir: string,
  signal: Promise<unknown>,
): Promise<void> {
  screen.step(6, "The server goes on until Ctrl-C. In another terminal:");
  const value = (member: string) =>
    `$(sed 's/.*"${member}": *"\\([^"]*\\)".*/\\1/' ${dataDir}/credentials.json)`;
  const lines = [
    `export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1`,
    `export AWS_ACCESS_KEY_ID=${value("accessKeyId")} AWS_SECRET_ACCESS_KEY=${value("secretAccessKey")}`,
    `aws codepipeline get-pipeline-state --name ${names.pipeline}`,
    `aws s3 ls s3://${names.bucket} --recursive`,
    `git push ${url.replace("://", "://$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY@")}/git/${names.repository}.git HEAD:${names.branch}`,
  ];
  process.stdout.write(`${lines.map((line) => `    ${line}`).join("\n")}\n`);
  await signal;
}
