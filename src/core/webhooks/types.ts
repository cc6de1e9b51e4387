/** Webhooks: what a delivery to one of their URLs starts (S1, S2), and their hooks at GitHub (S3). */
import type { ProviderType } from "../connections/types.ts";
import type { Scope } from "../scope.ts";

/** A webhook as whoever receives its deliveries sees it, its secret in clear. */
export interface Webhook {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly pipeline: string;
  readonly action: string;
  readonly authentication: WebhookAuthentication;
  readonly filters: readonly WebhookFilter[];
  /** What went wrong last. */
  readonly error?: WebhookError;
}

export type WebhookAuthentication =
  | { readonly type: "GITHUB_HMAC"; readonly secret: string }
  /** A CIDR or an address. */
  | { readonly type: "IP"; readonly allowedRange: string }
  | { readonly type: "UNAUTHENTICATED" };

export interface WebhookFilter {
  readonly jsonPath: string;
  readonly matchEquals?: string;
}

export interface WebhookError {
  /** A status as text (S1.40). */
  readonly code: string;
  /** Holds nothing of a delivery's body. */
  readonly message: string;
}

/** A body's values (S1.16). Objects are maps, so no name means more than any other; numbers keep their text. */
export type Value = string | boolean | null | NumberText | readonly Value[] | ObjectValue;

export type ObjectValue = ReadonlyMap<string, Value>;

export class NumberText {
  /** As it stands in the body: `1`, `1.0` and `1e0` are different texts (S2.9). */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An authentic delivery. */
export interface Delivery {
  readonly payload: ObjectValue;
  /** What its sender calls it (S1.34). */
  readonly key?: string;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  /** The sender's name for what happened: `push`. */
  readonly event?: string;
  /** Of the client. */
  readonly address: string;
}

/** In the order of the checks (S1.13 to S1.13g). */
export type DeliveryOutcome =
  | { readonly kind: "duplicate" }
  | { readonly kind: "pipelineMissing" }
  | { readonly kind: "actionMissing" }
  | { readonly kind: "keyMissing"; readonly filter: number; readonly key: string }
  | { readonly kind: "filtersTakeTooLong" }
  | { readonly kind: "filtered" }
  /** A branch was deleted. */
  | { readonly kind: "ignored" }
  /** The webhook was deleted meanwhile. */
  | { readonly kind: "webhookMissing" }
  /** Without an id: the execution failed at once (E1.6). */
  | { readonly kind: "started"; readonly executionId?: string };

/** The hook at GitHub is as it was. `refused`: the message says why, and the webhook keeps it where GitHub is why. */
export class RegistrationError extends Error {
  readonly reason: "webhookMissing" | "refused";

  constructor(reason: RegistrationError["reason"], message: string) {
    super(message);
    this.name = "RegistrationError";
    this.reason = reason;
  }
}

export interface Webhooks {
  /** @param urlId the last segment of its URL */
  find(urlId: string): Promise<Webhook | undefined>;
  /** Starts the pipeline if the delivery is new and meant for it, and remembers that, in one transaction. */
  deliver(webhook: Webhook, delivery: Delivery): Promise<DeliveryOutcome>;
  /** Keeps what went wrong, or `undefined`: nothing did (S1.40, S1.41). */
  setError(webhook: Webhook, error: WebhookError | undefined): Promise<void>;
  /** Makes the hook at GitHub, or brings it up to date (S3.3, S3.5). @throws RegistrationError */
  register(scope: Scope, name: string): Promise<void>;
  /** Removes the hook at GitHub (S3.7). @throws RegistrationError */
  deregister(scope: Scope, name: string): Promise<void>;
  /** Forgets deliveries that are older than replays are looked for (S1.33). @returns when to look again */
  forgetDeliveries(): Promise<number>;
}

/** Where a connection's host tells of changes, as whoever receives its deliveries sees it (S7.6). */
export interface ConnectionHook {
  readonly scope: Scope;
  readonly connectionId: string;
  readonly connectionArn: string;
  readonly providerType: ProviderType;
  readonly secret: string;
  /** What was wrong with the last delivery. */
  readonly error?: string;
}

/** An authentic delivery of a host. */
export interface HookDelivery extends Pick<Delivery, "payload" | "key" | "digest"> {
  /** As the host's own header names it: `push`. */
  readonly event: string;
}

export type HookOutcome =
  | { readonly kind: "duplicate" }
  /** Nothing that starts anything, or no pipeline has the repository. */
  | { readonly kind: "ignored" }
  /** No trigger is for it. */
  | { readonly kind: "filtered" }
  /** The connection was deleted meanwhile. */
  | { readonly kind: "hookMissing" }
  /** The payload lacks what is needed; the message names the member. */
  | { readonly kind: "incomplete"; readonly message: string }
  | { readonly kind: "tooManyRefs"; readonly most: number }
  | { readonly kind: "started"; readonly executions: number };

export interface ConnectionHooks {
  /** @param urlId the last segment of its URL */
  find(urlId: string): Promise<ConnectionHook | undefined>;
  /** Starts the pipelines whose triggers the changes meet, and remembers the delivery, in one transaction. */
  deliver(hook: ConnectionHook, delivery: HookDelivery): Promise<HookOutcome>;
  /** Keeps what was wrong with a delivery, or `undefined`: nothing was. */
  setError(hook: ConnectionHook, error: string | undefined): Promise<void>;
  /** Forgets deliveries that are older than replays are looked for. @returns when to look again */
  forgetDeliveries(): Promise<number>;
}

/** A hook's address, and, when it was just made, its secret. */
export interface HookAddress {
  readonly url: string;
  readonly secret?: string;
  /** What the host is to be told to send. */
  readonly events: readonly string[];
  readonly error?: string;
}
