/** Webhooks, and the deliveries that started something. Times in epoch milliseconds. */
export interface WebhookTables {
  webhook: WebhookRow;
  webhook_delivery: WebhookDeliveryRow;
}

export interface WebhookRow {
  /** One life of the name: a UUID. */
  id: string;
  account: string;
  region: string;
  name: string;
  /** SHA-256 of the id in its URL, in hex: what a delivery is looked up by (S1.1). */
  url_hash: string;
  /** The id in its URL, sealed: the URL is a secret. */
  url_sealed: string;
  pipeline: string;
  action: string;
  /** GITHUB_HMAC, IP or UNAUTHENTICATED. */
  authentication: string;
  /** Sealed; GITHUB_HMAC only. */
  secret: string | null;
  /** A CIDR or address; IP only. */
  allowed_range: string | null;
  /** WebhookFilter[]. */
  filters: string;
  error_code: string | null;
  error_message: string | null;
  last_triggered: number | null;
  /** Registration at GitHub (S3.8), null when there is none. */
  registration: string | null;
}

/** A delivery that started an execution: it starts no other (S1.33). */
export interface WebhookDeliveryRow {
  execution_id: string;
  webhook_id: string;
  /** What its sender calls it (S1.34). */
  delivery_key: string | null;
  /** SHA-256 of the body in hex, where equal bodies are one delivery (S1.35). */
  digest: string | null;
  event: string | null;
  sender: string | null;
  address: string;
  at: number;
}
