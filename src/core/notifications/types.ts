/** Telling people that an approval waits for them (P5). */

export type Destination = WebDestination | TopicDestination;

/** An AWS-compatible service that the operator configured. */
export interface AwsDestination {
  /** Its URL, or `aws` for AWS's own. */
  readonly endpoint: string;
  /** Keys as JSON text, or the name of a profile; absent: those that the SDK finds here. */
  readonly credentials?: string;
}

/** The topic itself, at an SNS. */
export interface TopicDestination extends AwsDestination {
  /** What gives keys of the role that an approval's action names; absent: roles aren't used (P0.16). */
  readonly roles?: AwsDestination;
}

export interface WebDestination {
  /** http or https. */
  readonly url: string;
  /** Key of the HMAC that the receiver checks. */
  readonly secret?: string;
  /** Only the JSON of the approval, without SNS's envelope. */
  readonly raw: boolean;
}

/** A message that is to be sent now. */
export interface Claimed {
  readonly approval: { readonly roleArn?: string };
  readonly destination: Destination;
}

/** A try that failed. */
export interface FailedDelivery {
  readonly topic: string;
  readonly pipeline: string;
  /** How often it was tried. */
  readonly tries: number;
  /** Tells nothing of the destination's URL, which may hold a secret. */
  readonly reason: string;
  /** It was the last try. */
  readonly givenUp: boolean;
}

/** The deliverer of this server: a task of its clock. */
export interface Notifications {
  /** Tries each message that is due once. @returns when the next is due, in epoch milliseconds, if any */
  deliver(): Promise<number | undefined>;
  /** Calls `listener` whenever a message was queued, with the time at which it is due; returns what ends that. */
  onQueued(listener: (due: number) => void): () => void;
  /** Ends tries that are under way; they are made again by the next server. */
  close(): void;
}
