/** From a push's first byte to the source action in a worker's hands. */
import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { Api } from "../support/api.ts";
import { acknowledged, announce, giveUp } from "../support/first-action.ts";
import { quantile } from "../support/numbers.ts";
import { ROLE } from "../support/pipelines.ts";
import { bareReceiver, type Push, preparePushes } from "../support/pushes.ts";
import type { Row } from "../support/row.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";

const PUSHES = 60;
/** The first ones find nothing in memory, and don't count. */
const WARM_UP = 10;
const MOST_MS = 50;
const repository = "bench";
const source = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" } as const;

export const push: Row = {
  name: "push",
  what: "git push (the request that receive-pack gets) → first action acknowledged by a waiting worker, against git receive-pack on a bare local repository",
  budget: `p99 ≤ ${MOST_MS} ms`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    const api = await Api.open(server);
    stack.defer(() => api.close());
    await announce(api);
    await createPipeline(server, api);
    const pushes = await preparePushes(stack, PUSHES);
    const receive = await bareReceiver(stack);
    const taken: number[] = [];
    const bare: number[] = [];
    for (const one of pushes) {
      taken.push(await untilRunning(server, api, one));
      const begin = performance.now();
      await receive(one);
      bare.push(performance.now() - begin);
    }
    const [p50 = 0, p99 = 0] = [0.5, 0.99].map((part) => quantile(taken.slice(WARM_UP), part));
    const [bare50 = 0, bare99 = 0] = [0.5, 0.99].map((part) => quantile(bare.slice(WARM_UP), part));
    return {
      measured: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      baseline: `p50 ${bare50.toFixed(1)} ms, p99 ${bare99.toFixed(1)} ms`,
      ratio: p50 / bare50,
      holds: p99 <= MOST_MS,
    };
  },
};

async function createPipeline({ url: endpoint, region, credentials }: ServerProcess, api: Api) {
  const codeCommit = new CodeCommitClient({ endpoint, region, credentials });
  await codeCommit.send(new CreateRepositoryCommand({ repositoryName: repository }));
  codeCommit.destroy();
  const pipeline = {
    name: "pushed",
    roleArn: ROLE,
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "Checkout",
            actionTypeId: source,
            configuration: {
              RepositoryName: repository,
              BranchName: "main",
              PollForSourceChanges: "false",
            },
            outputArtifacts: [{ name: "Code" }],
          },
        ],
      },
      {
        name: "Approval",
        actions: [
          {
            name: "Approve",
            actionTypeId: { category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
          },
        ],
      },
    ],
  };
  await api.call("CreatePipeline", { pipeline });
  // Creating it started it; the branch isn't there yet.
  await giveUp(api, await acknowledged(api, source, "push"));
}

/** @returns the milliseconds from sending the push to the answered acknowledgement of its source action */
async function untilRunning({ url, credentials }: ServerProcess, api: Api, { body }: Push): Promise<number> {
  const basic = Buffer.from(`${credentials.accessKeyId}:${credentials.secretAccessKey}`).toString("base64");
  const running = acknowledged(api, source, "push");
  const begin = performance.now();
  const answer = fetch(`${url}/git/${repository}.git/git-receive-pack`, {
    method: "POST",
    headers: {
      authorization: `Basic ${basic}`,
      "content-type": "application/x-git-receive-pack-request",
    },
    body,
  });
  const jobId = await running;
  const milliseconds = performance.now() - begin;
  const report = await (await answer).text();
  if (!report.includes("ok refs/heads/main")) throw new Error(`the push was answered with ${report}`);
  await giveUp(api, jobId);
  return milliseconds;
}
