/** A whole server without a worker of its own, on a store of the test's own, with its inside open to the test. */

import { randomBytes, randomUUID } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { createAccess } from "../../../src/core/access/index.ts";
import type { JobGrant } from "../../../src/core/access/types.ts";
import type { Core } from "../../../src/core/core.ts";
import { DEFAULT_QUOTAS } from "../../../src/core/quotas.ts";
import type { Ambient } from "../../../src/core/scope.ts";
import { startClock } from "../../../src/server/clock.ts";
import { composeCore } from "../../../src/server/compose.ts";
import { createListener, type Listener } from "../../../src/server/listener.ts";
import { createMetrics } from "../../../src/server/metrics.ts";
import { createRoutes } from "../../../src/server/routes.ts";
import { webhookSettings } from "../../../src/server/webhook-settings.ts";
import type { Job } from "../../../src/worker/protocol.ts";
import { IDLE_WORKER } from "../../support/announced-worker.ts";
import { emptyStore } from "../../support/store.ts";
import { testFolder } from "./worker.ts";

export const scope = { account: "000000000000", region: "us-east-1" };
const root = {
  accessKeyId: "AKIAROOTROOTROOTROOT",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export interface TestHost {
  readonly url: string;
  readonly core: Core;
  readonly credentials: typeof root;
  /** With root's credentials. */
  readonly s3: S3Client;
  /** Lets this much time pass for the server. */
  advance(ms: number): void;
  /** What a job of this server has in common with all others, its credentials opening what `grant` says. */
  jobHere(grant: Partial<JobGrant>): Pick<Job, "artifactEndpoint" | "publicUrl" | "artifactCredentials">;
}

export async function testHost(): Promise<TestHost> {
  let ahead = 0;
  const ambient: Ambient = { now: () => Date.now() + ahead, newId: randomUUID, randomBytes };
  const store = await emptyStore();
  const access = createAccess({
    ambient,
    account: scope.account,
    root,
    secret: randomBytes(32),
    allowAnyCredentials: false,
    jobIsOpen: async () => true,
  });
  let url = "";
  const core = await composeCore({
    ambient,
    store,
    access,
    settings: {
      publicUrl: () => url,
      dataDir: await testFolder(),
      defaultAccount: scope.account,
      defaultRegion: scope.region,
      maxConcurrentExecutions: 50,
      allowOutgoing: [],
      quotas: DEFAULT_QUOTAS,
    },
  });
  const metrics = createMetrics(async () => []);
  const route = createRoutes({
    objects: core.artifacts,
    metrics,
    publicUrl: core.settings.publicUrl,
    receiver: webhookSettings({}).receiver,
    now: ambient.now,
    whyNotReady: async () => undefined,
  });
  const listener: Listener = createListener({ core, metrics, logger: pino({ level: "silent" }), route });
  url = `http://127.0.0.1:${await listener.listen("127.0.0.1", 0)}`;
  await core.jobs.registerWorker(scope.account, IDLE_WORKER);
  const clock = startClock(core, () => undefined);
  const s3 = new S3Client({ endpoint: url, region: scope.region, forcePathStyle: true, credentials: root });
  onTestFinished(async () => {
    s3.destroy();
    await clock.stop();
    await listener.drain(5_000);
    core.repositories.close();
    await core.artifacts.close();
    await store.close();
  });
  return {
    url,
    core,
    credentials: root,
    s3,
    advance(ms) {
      ahead += ms;
    },
    jobHere: (grant) => ({
      artifactEndpoint: url,
      publicUrl: url,
      artifactCredentials: access.issueJobCredentials({
        jobId: randomUUID(),
        actionExecutionId: randomUUID(),
        ...scope,
        read: [],
        write: [],
        expires: Date.now() + 3_600_000,
        ...grant,
      }),
    }),
  };
}
