/** What operators read at /metrics, in Prometheus' text format. Labels come from fixed lists, never from callers. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

export interface Metrics {
  /** Counts an answered request. @param operation as routes label it @param seconds from the request's head to the end of its answer */
  answered(route: string, operation: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Long polls last up to 20 s, uploads longer. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(): Metrics {
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

  return {
    answered(route, operation, status, seconds) {
      requests.inc({ route, operation, status });
      latency.observe({ route, operation }, seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
