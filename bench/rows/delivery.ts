/** From a delivery's first byte to the source action in a worker's hands. */
import { createHmac } from "node:crypto";
import { Api } from "../support/api.ts";
import { acknowledged, announce, giveUp } from "../support/first-action.ts";
import { quantile } from "../support/numbers.ts";
import { ROLE } from "../support/pipelines.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server-process.ts";

const DELIVERIES = 200;
/** The first ones find nothing in memory, and don't count. */
const WARM_UP = 20;
const MOST_MS = 50;
const SECRET = "bench";
const BEFORE = "1".repeat(40);
const source = { category: "Source", owner: "ThirdParty", provider: "GitHub", version: "1" } as const;

export const delivery: Row = {
  name: "delivery",
  what: "webhook delivery of a push, signed → first action acknowledged by a waiting worker, against GET /healthz of the same server",
  budget: `p99 ≤ ${MOST_MS} ms`,

  async measure() {
    await using stack = new AsyncDisposableStack();
    const server = await startServer(stack, ["--no-worker"]);
    const api = await Api.open(server);
    stack.defer(() => api.close());
    await announce(api);
    const url = await createWebhook(api);
    const taken: number[] = [];
    const bare: number[] = [];
    for (let number = 0; number < DELIVERIES; number++) {
      taken.push(await untilRunning(api, url, number));
      const begin = performance.now();
      await (await fetch(`${server.url}/healthz`)).text();
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

/** @returns the webhook's URL */
async function createWebhook(api: Api): Promise<string> {
  const configuration = {
    Owner: "octo",
    Repo: "shop",
    Branch: "main",
    OAuthToken: "none",
    PollForSourceChanges: "false",
  };
  const fetching = {
    name: "Fetch",
    actionTypeId: source,
    configuration,
    outputArtifacts: [{ name: "Code" }],
  };
  const manual = { category: "Approval", owner: "AWS", provider: "Manual", version: "1" };
  const stages = [
    { name: "Source", actions: [fetching] },
    { name: "Approval", actions: [{ name: "Approve", actionTypeId: manual }] },
  ];
  await api.call("CreatePipeline", { pipeline: { name: "delivered", roleArn: ROLE, stages } });
  await giveUp(api, await acknowledged(api, source, "delivery"));
  const { webhook } = await api.call<{ webhook: { url: string } }>("PutWebhook", {
    webhook: {
      name: "delivered",
      targetPipeline: "delivered",
      targetAction: "Fetch",
      filters: [{ jsonPath: "$.ref", matchEquals: "refs/heads/{Branch}" }],
      authentication: "GITHUB_HMAC",
      authenticationConfiguration: { SecretToken: SECRET },
    },
  });
  return webhook.url;
}

/** @returns the milliseconds from sending the delivery to the answered acknowledgement of its source action */
async function untilRunning(api: Api, url: string, number: number): Promise<number> {
  const commit = number.toString(16).padStart(40, "0a");
  const body = JSON.stringify({
    ref: "refs/heads/main",
    before: BEFORE,
    after: commit,
    repository: { full_name: "octo/shop" },
    // As much as GitHub says of a push of a few commits.
    commits: Array.from({ length: 10 }, (_, index) => ({ id: commit, message: "x".repeat(600), index })),
  });
  const running = acknowledged(api, source, "delivery");
  const begin = performance.now();
  const answer = fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": `bench-${number}`,
      "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
    },
    body,
  });
  const jobId = await running;
  const milliseconds = performance.now() - begin;
  const told = await (await answer).text();
  if (!told.includes("started")) throw new Error(`the delivery was answered with ${told}`);
  await giveUp(api, jobId);
  return milliseconds;
}
