/**
 * Which operations a client was answered with success, seen at the server and told by the client's own User-Agent.
 * What each suite records is kept beside this folder in recorded/, and docs/conformance.md is written from that.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect } from "vitest";

/** Clients, and how each names itself. The CLI and boto3 share a core, which both name. */
const AGENTS = {
  "sdk-js": /^aws-sdk-js\/3/,
  "aws-cli": /^aws-cli\//,
  boto3: /^Boto3\//,
  terraform: /terraform-provider-aws\//,
} as const;

export type Client = keyof typeof AGENTS;

const TARGET = /^CodePipeline_20150709\.(\w+)$/;

/** @returns a check that a suite ends with: what was recorded is what recorded/<client>.json says */
export function recording(client: Client): () => Promise<void> {
  const seen = new Set<string>();
  subscribe("http.server.response.finish", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const [, operation] = TARGET.exec(String(request.headers["x-amz-target"])) ?? [];
    const isClient = AGENTS[client].test(request.headers["user-agent"] ?? "");
    if (operation !== undefined && isClient && response.statusCode === 200) seen.add(operation);
  });
  return () =>
    expect(`${JSON.stringify([...seen].sort(), null, 2)}\n`).toMatchFileSnapshot(`./recorded/${client}.json`);
}
