/** State changes as they leave Millrace (E12): a stream that goes on from any position, and sinks that they are sent to. */

/** As AWS publishes them to EventBridge (E12.2), or as its notification rules send them (E12.6). */
export type EventForm = "event" | "notification";

export interface RenderedEvent {
  readonly position: number;
  /** A UUID, the same on every delivery. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly pipelineName: string;
  readonly executionId: string;
  /** One line of JSON. */
  readonly json: string;
}

/** Events that follow one another in the outbox; `through` is where whoever saw them goes on. */
export interface EventPage {
  readonly events: readonly RenderedEvent[];
  readonly through: number;
  /** Positions behind the one asked for that were cleared away before they were read. */
  readonly missed: number;
}

export interface Events {
  /** The newest position: who starts there sees what happens from now on. */
  newest(): Promise<number>;
  /** Everything up to this position was cleared away. */
  prunedThrough(): Promise<number>;
  /**
   * Events behind the position `after` in order, as they come, until `signal` is aborted. A page may be empty: it then
   * tells of what was missed.
   */
  follow(after: number, form: EventForm, signal: AbortSignal): AsyncGenerator<EventPage>;
  /** The events between two positions that are there already. */
  between(after: number, through: number, form: EventForm): AsyncGenerator<EventPage>;
}

export type SinkKind = "url" | "file" | "stdout";

/** A place that events are sent to, as a person sees it: without its secrets. */
export interface SinkSummary {
  readonly id: string;
  /** Made by `millrace events add`, or named by a server's settings. */
  readonly origin: "command" | "settings";
  readonly kind: SinkKind;
  /** URL without user, query and fragment, or path. */
  readonly target: string;
  readonly form: EventForm;
  readonly signed: boolean;
  /** Delivered up to here. */
  readonly position: number;
  /** Positions that are still to be delivered. */
  readonly behind: number;
  /** Events that were given up, or cleared away unsent. */
  readonly dropped: number;
  readonly failingSince: number | undefined;
  readonly lastError: string | undefined;
}

/** What `add` is told. */
export interface NewSink {
  readonly kind: SinkKind;
  /** http or https URL, absolute path; empty for stdout. */
  readonly target: string;
  /** `whsec_` and base64, or any text of 16 characters or more: the key of the signatures (url only). */
  readonly secret?: string;
  readonly form: EventForm;
}

/** A sink can't be as it was given; the message says what is allowed. */
export class SinkError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SinkError";
  }
}

export interface Sinks {
  /** Keeps a sink; it gets the events from now on, or all that are still kept. @returns its id @throws SinkError */
  add(sink: NewSink, from: "now" | "oldest"): Promise<string>;
  list(): Promise<readonly SinkSummary[]>;
  /** @returns false when there was none */
  remove(id: string): Promise<boolean>;
}
