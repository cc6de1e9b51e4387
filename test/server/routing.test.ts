import { expect, test } from "vitest";
import { createRouter } from "../../src/server/routing.ts";
import type { HttpRoute } from "../../src/services/http.ts";

const room = (name: string): HttpRoute => ({ name, callers: "everybody", handle: async () => {} });
const route = createRouter(
  {
    awsJson: { ...room("aws-json"), serves: (target) => target.startsWith("CodePipeline_20150709.") },
    sts: room("sts"),
    byFirstSegment: { git: room("git"), logs: room("logs"), healthz: room("healthz") },
    s3: room("s3"),
  },
  ["git", "logs", "healthz", "webhooks", "console"],
  (host) => host === "bucket.localhost",
);

function roomOf(
  method: string,
  path: string,
  more: { host?: string; target?: string; contentType?: string } = {},
) {
  const { host, target, contentType } = more;
  const found = route({ method, path, host, target, contentType });
  return typeof found === "number" ? found : found.name;
}

const TARGET = "CodePipeline_20150709.ListPipelines";

test.each([
  ["POST", "/", { target: TARGET }, "aws-json"],
  ["POST", "/", { target: "CodePipeline_20150709.Nothing" }, "aws-json"],
  ["POST", "/", { contentType: "application/x-www-form-urlencoded; charset=utf-8" }, "sts"],
  ["GET", "/git/web.git/info/refs", {}, "git"],
  ["POST", "/logs/3c8cb4bd", {}, "logs"],
  ["GET", "/logs", {}, "logs"],
  ["GET", "/", {}, "s3"],
  ["PUT", "/bucket/key", {}, "s3"],
  ["POST", "/bucket", {}, "s3"],
  ["GET", "/bucket/../git/web.git", {}, "s3"],
  ["GET", "/bucket//key", {}, "s3"],
  ["GET", "/gitx", {}, "s3"],
  ["PUT", "/bucket", { target: TARGET }, "s3"],
  ["POST", "/", { host: "bucket.localhost" }, "s3"],
  ["PUT", "/logs/key", { host: "bucket.localhost" }, "s3"],
  ["PUT", "//key", { host: "bucket.localhost" }, "s3"],
  ["POST", "/", { host: "bucket.localhost", target: TARGET }, "aws-json"],
])("%s %s %j goes to one room: %s", (method, path, more, expected) => {
  expect(roomOf(method, path, more)).toBe(expected);
});

test.each([
  ["GET", "/", { target: TARGET }, 404],
  ["PUT", "/", { target: TARGET }, 404],
  ["POST", "/", { target: "DynamoDB_20120810.ListTables" }, 404],
  ["POST", "/", { target: "" }, 404],
  ["POST", "/", {}, 404],
  ["POST", "/", { contentType: "application/json" }, 404],
  ["GET", "//git/web.git", {}, 400],
  ["GET", "//", {}, 400],
  ["GET", "/..", {}, 400],
  ["GET", "/../git/web.git", {}, 400],
  ["GET", "/%2e%2e/git/web.git", {}, 400],
  ["GET", "/%2E/x", {}, 400],
  ["GET", "/./git", {}, 400],
  ["GET", "/%zz", {}, 400],
  ["GET", "http://127.0.0.1/git/web.git", {}, 400],
  ["OPTIONS", "*", {}, 400],
  ["GET", "", {}, 400],
  ["GET", "/%67it/web.git", {}, 404],
  ["POST", "/webhooks/x", {}, 404],
  ["GET", "/console", {}, 404],
  ["GET", "/c%6Fnsole/", {}, 404],
])("A9: %s %s %j goes to none: %s", (method, path, more, expected) => {
  expect(roomOf(method, path, more)).toBe(expected);
});

test("A9: a route without an authorisation rule doesn't let the server start", () => {
  const { callers: _, ...unguarded } = room("open");
  const routes = {
    awsJson: { ...room("aws-json"), serves: () => true },
    sts: room("sts"),
    s3: room("s3"),
    byFirstSegment: { open: unguarded as HttpRoute },
  };
  expect(() => createRouter(routes, [], () => false)).toThrow("Routes have no authorisation rule: open");
});
