import { Counter, Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { createRequestTally } from "../../src/server/request-tally.ts";

const answers = [
  ["aws-json", "codepipeline:GetPipeline", 200, 0.0009],
  ["aws-json", "codepipeline:GetPipeline", 200, 0.001],
  ["aws-json", "codepipeline:GetPipeline", 400, 0.2],
  ["aws-json", "codepipeline:PollForJobs", 200, 20.5],
  ["s3", "PutObject", 200, 31.25],
  ["healthz", "", 200, 0],
] as const;

test("requests are told as Prometheus' own client tells them", async () => {
  const tally = createRequestTally();
  const registry = new Registry();
  const registers = [registry];
  const counter = new Counter({
    name: "millrace_requests_total",
    help: "Requests answered, by route, operation and HTTP status.",
    labelNames: ["route", "operation", "status"],
    registers,
  });
  const histogram = new Histogram({
    name: "millrace_request_duration_seconds",
    help: "Time from a request's head to the end of its answer, by route and operation.",
    labelNames: ["route", "operation"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  for (const [route, operation, status, seconds] of answers) {
    tally.answered(route, operation, status, seconds);
    counter.inc({ route, operation, status });
    histogram.observe({ route, operation }, seconds);
  }
  expect(lines(tally.text())).toEqual(lines(await registry.metrics()));
});

/** With each line's labels in one order: theirs means nothing. */
function lines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) =>
      line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(",").sort().join(",")}}`),
    );
}
