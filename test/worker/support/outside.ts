/** A stand-in for a service outside: keeps what it is sent, verifies signatures as AWS does, answers what a test says. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { createSigningKeys } from "../../../src/core/access/signing-key.ts";
import { checkSignature, readClaim } from "../../../src/core/access/verify.ts";

export const KEYS = { accessKeyId: "AKIDOUTSIDE", secretAccessKey: "secret/of+the/operator" };

/** Of a role that was assumed, by `assumedRole`. */
export const ROLE_KEYS = {
  accessKeyId: "ASIAROLE",
  secretAccessKey: "secret/of+the/role",
  sessionToken: "a&b",
};

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** `<access key>/<region>/<service>` of a signature that is right; undefined when there is none. */
  readonly signedBy: string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** STS's answer to AssumeRole, as AWS writes it. */
export const assumedRole: Answer = {
  body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${ROLE_KEYS.accessKeyId}</AccessKeyId>
      <SecretAccessKey>${ROLE_KEYS.secretAccessKey}</SecretAccessKey>
      <SessionToken>${ROLE_KEYS.sessionToken.replace("&", "&amp;")}</SessionToken>
      <Expiration>2030-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</AssumeRoleResponse>`,
};

/** Undefined: the connection is broken off. */
type Answering = (received: Received, count: number) => Promise<Answer | undefined> | Answer | undefined;

/** One that ends with the test. */
export async function outside(answer: Answering) {
  const service = await startOutside(answer);
  onTestFinished(() => service[Symbol.dispose]());
  return service;
}

export async function startOutside(answer: Answering) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const one = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      body,
      signedBy: signer(request, path, query, body),
    };
    received.push(one);
    reply(response, await answer(one, received.length));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function reply(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body ?? "");
}

const signingKeys = createSigningKeys();

function signer(request: IncomingMessage, path: string, query: string, body: string): string | undefined {
  if (request.headers.authorization?.startsWith("AWS4") !== true) return undefined;
  const signed = {
    method: request.method ?? "",
    path,
    query,
    headers: request.headersDistinct,
    bodyHash: createHash("sha256").update(body).digest("hex"),
  };
  const claim = readClaim(signed, ["lambda", "monitoring", "ssm", "secretsmanager", "sns", "sts"]);
  const known = [KEYS, ROLE_KEYS].find(({ accessKeyId }) => accessKeyId === claim.accessKeyId) ?? KEYS;
  checkSignature(signed, claim, known.secretAccessKey, { signingKeys, now: Date.now(), skewMs: 300_000 });
  return `${claim.accessKeyId}/${claim.scope.region}/${claim.scope.service}`;
}
