/** Everything that a caller can talk to, and where it stands. */
import { type ObjectStore, reservedBucketNames } from "../core/artifacts/index.ts";
import { createAwsJsonRoute } from "../services/aws-json/pipe.ts";
import { codeBuild } from "../services/codebuild/index.ts";
import { codeCommit } from "../services/codecommit/index.ts";
import { codeConnections, codeStarConnections } from "../services/codeconnections/index.ts";
import { codePipeline } from "../services/codepipeline/index.ts";
import { eventsRoute } from "../services/events/route.ts";
import { explainRoute } from "../services/explain/route.ts";
import { createGitRoute } from "../services/git/index.ts";
import { importApi } from "../services/import-api/index.ts";
import { logsRoute } from "../services/logs/route.ts";
import { bucketOfHost } from "../services/s3/index.ts";
import { s3Route } from "../services/s3/route.ts";
import { stsRoute } from "../services/sts/index.ts";
import { createWebhooksRoute, type ReceiverSettings } from "../services/webhooks/index.ts";
import { workerApi } from "../services/worker-api/index.ts";
import type { Metrics } from "./metrics.ts";
import { healthRoute, metricsRoute, readinessRoute } from "./operators.ts";
import { createRouter } from "./routing.ts";
import { version } from "./version.ts";

export interface RouteParts {
  readonly objects: ObjectStore;
  readonly metrics: Metrics;
  readonly receiver: ReceiverSettings;
  /** Known once the server listens. */
  publicUrl(): string;
  now(): number;
  /** Undefined when the server takes work. */
  whyNotReady(): Promise<string | undefined>;
}

/** @throws Error when a service is not complete */
export function createRoutes(parts: RouteParts): ReturnType<typeof createRouter> {
  const { objects, metrics, receiver, publicUrl, now, whyNotReady } = parts;
  return createRouter(
    {
      awsJson: createAwsJsonRoute(
        [codePipeline, codeBuild, codeCommit, codeConnections, codeStarConnections, importApi, workerApi],
        version,
      ),
      sts: stsRoute,
      byFirstSegment: {
        git: createGitRoute(),
        logs: logsRoute,
        events: eventsRoute,
        explain: explainRoute,
        healthz: healthRoute(),
        readyz: readinessRoute(whyNotReady),
        metrics: metricsRoute(metrics),
        webhooks: createWebhooksRoute(receiver, now),
      },
      s3: s3Route(objects),
    },
    reservedBucketNames,
    bucketHosts(publicUrl),
  );
}

/** Looked at with every request, so the public URL is parsed once. */
function bucketHosts(publicUrl: () => string): (host: string | undefined) => boolean {
  let hostname: string | undefined;
  return (host) => {
    hostname ??= new URL(publicUrl()).hostname;
    return bucketOfHost(host, hostname) !== undefined;
  };
}
