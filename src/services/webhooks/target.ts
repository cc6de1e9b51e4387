/** Whom a URL's deliveries are for: a webhook of a pipeline, or a connection. The receiver asks both the same. */
import type { IncomingMessage } from "node:http";
import type { Core } from "../../core/core.ts";
import type { ConnectionHook, ObjectValue, Webhook } from "../../core/webhooks/types.ts";
import type { Client } from "../client-address.ts";
import { type Answer, answerTo, answerToHook, notAuthentic } from "./answers.ts";
import { type Verdict, verdictByAddress, verdictByHost, verdictBySignature } from "./authenticate.ts";

export interface Target {
  /** Its deliveries are taken one after the other, and counted. */
  readonly id: string;
  /** Whether the client's address alone shows that a delivery is authentic. */
  isAuthenticByAddress(client: Client): boolean;
  /** Why a delivery isn't taken; undefined for an authentic one. */
  refusal(request: IncomingMessage, client: Client, body: Buffer): Answer | undefined;
  /** What the sender calls what happened. */
  event(request: IncomingMessage): string | undefined;
  deliver(delivery: Delivered): Promise<Answer>;
  /** Keeps what was wrong, or `undefined`: nothing was. */
  setError(error: Answer["error"]): Promise<void>;
}

export interface Delivered {
  readonly payload: ObjectValue;
  readonly key?: string;
  readonly digest: string;
  readonly event?: string;
  readonly address: string;
}

/** @param urlId the last segment of the URL */
export async function findTarget(
  { webhooks, connectionHooks }: Core,
  urlId: string,
  refuseSha1: boolean,
): Promise<Target | undefined> {
  const webhook = await webhooks.find(urlId);
  if (webhook !== undefined) return ofPipeline(webhooks, webhook, refuseSha1);
  const hook = await connectionHooks.find(urlId);
  return hook && ofConnection(connectionHooks, hook, refuseSha1);
}

function ofPipeline(webhooks: Core["webhooks"], webhook: Webhook, refuseSha1: boolean): Target {
  const { authentication } = webhook;
  return {
    id: webhook.id,
    isAuthenticByAddress: ({ address }) => verdictByAddress(authentication, address) === "authentic",

    refusal(request, client, body) {
      const byAddress = verdictByAddress(authentication, client.address);
      if (byAddress !== undefined) return refusalOf(byAddress, addressText(client));
      if (authentication.type !== "GITHUB_HMAC") return undefined;
      return refusalOf(verdictBySignature(request, body, authentication.secret, refuseSha1));
    },

    event: ({ headers }) => one(headers["x-github-event"]),
    deliver: async (delivery) => answerTo(await webhooks.deliver(webhook, delivery), webhook),
    setError: (error) => webhooks.setError(webhook, error),
  };
}

function ofConnection(hooks: Core["connectionHooks"], hook: ConnectionHook, refuseSha1: boolean): Target {
  const { scope, connectionId, providerType, secret } = hook;
  return {
    id: `${scope.account}/${scope.region}/${connectionId}`,
    isAuthenticByAddress: () => false,
    refusal: (request, _client, body) =>
      refusalOf(verdictByHost(providerType, request, body, secret, refuseSha1)),
    event: ({ headers }) => EVENT_HEADERS[providerType].map((name) => one(headers[name])).find(isThere),

    async deliver({ event = "", ...delivery }) {
      return answerToHook(await hooks.deliver(hook, { ...delivery, event }));
    },

    setError: (error) => hooks.setError(hook, error && `${error.code}: ${error.message}`),
  };
}

const GITHUB = ["x-github-event"];
const GITLAB = ["x-gitlab-event"];

const EVENT_HEADERS: Readonly<Record<ConnectionHook["providerType"], readonly string[]>> = {
  GitHub: GITHUB,
  GitHubEnterpriseServer: GITHUB,
  GitLab: GITLAB,
  GitLabSelfManaged: GITLAB,
  Bitbucket: ["x-event-key"],
  Gitea: ["x-gitea-event", "x-forgejo-event", "x-github-event"],
  Git: [],
};

function refusalOf(verdict: Verdict, address?: string): Answer | undefined {
  return verdict === "authentic" ? undefined : notAuthentic(verdict, address);
}

/** Where a proxy doesn't tell who its client is, the proxy itself stands for it. */
export function addressText({ address, peer }: Client): string {
  return address?.toString() ?? peer;
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header.slice(0, 100) : undefined;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
