/** State changes, as they leave Millrace (E12). */
export { createEvents, type EventsOptions } from "./events.ts";
export { pruneOldEvents } from "./prune.ts";
export { checkSink, createSinks, type SinksOptions } from "./sinks/administration.ts";
export { RETRY, type RetryPolicy } from "./sinks/retry.ts";
export type { SinkTrouble } from "./sinks/runner.ts";
export { type SinkService, type SinkServiceOptions, startSinkService } from "./sinks/service.ts";
export { newSecret } from "./sinks/signature.ts";
export type {
  EventForm,
  EventPage,
  Events,
  NewSink,
  RenderedEvent,
  SinkKind,
  SinkSummary,
  Sinks,
} from "./types.ts";
export { SinkError } from "./types.ts";
