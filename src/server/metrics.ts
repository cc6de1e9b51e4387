/** What operators read at /metrics, in Prometheus' text format. Labels of requests come from fixed lists, never from callers. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { QueueLength } from "../core/store/queue-lengths.ts";

export interface Metrics {
  /** Counts an answered request. @param operation as routes label it @param seconds from the request's head to the end of its answer */
  answered(route: string, operation: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Long polls last up to 20 s, uploads longer. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** @param queued asked at each reading */
export function createMetrics(queued: () => Promise<readonly QueueLength[]>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "millrace_requests_total",
    help: "Requests answered, by route, operation and HTTP status.",
    labelNames: ["route", "operation", "status"],
    registers: [registry],
  });
  const latency = new Histogram({
    name: "millrace_request_duration_seconds",
    help: "Time from a request's head to the end of its answer, by route and operation.",
    labelNames: ["route", "operation"],
    buckets: BUCKETS,
    registers: [registry],
  });

  new Gauge({
    name: "millrace_jobs_queued",
    help: "Jobs that wait for a worker, by action type.",
    labelNames: ["owner", "category", "provider"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { jobs, ...type } of await queued()) this.set(type, jobs);
    },
  });

  return {
    answered(route, operation, status, seconds) {
      requests.inc({ route, operation, status });
      latency.observe({ route, operation }, seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
