/** What operators read at /metrics, in Prometheus' text format. */
import type { Registry } from "prom-client";
import type { QueueLength } from "../core/store/queue-lengths.ts";
import { createRequestTally, type RequestTally } from "./request-tally.ts";

export interface Metrics {
  readonly answered: RequestTally["answered"];
  read(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** @param queued asked at each reading */
export function createMetrics(queued: () => Promise<readonly QueueLength[]>): Metrics {
  const requests = createRequestTally();
  let meters: Promise<Registry> | undefined;
  return {
    answered: requests.answered,
    async read() {
      // With the first reading: Prometheus' client is a hundred files, and most servers are never asked.
      meters ??= import("./meters.ts").then(({ createMeters }) => createMeters(queued));
      const registry = await meters;
      return { text: `${requests.text()}\n${await registry.metrics()}`, contentType: registry.contentType };
    },
  };
}
