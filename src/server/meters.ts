/** What is measured when it is asked: the process, and the jobs that wait. */
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { QueueLength } from "../core/store/queue-lengths.ts";

/** @param queued asked at each reading */
export function createMeters(queued: () => Promise<readonly QueueLength[]>): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
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
  return registry;
}
