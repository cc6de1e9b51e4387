/** Where events are sent to, opened by an administrator's command. */
import { randomBytes } from "node:crypto";
import { createSinks, newSecret, type Sinks } from "../core/events/index.ts";
import { type Installation, openInstallation } from "./open-installation.ts";

export { type EventForm, type NewSink, SinkError, type SinkSummary } from "../core/events/index.ts";

export interface OpenedSinks extends AsyncDisposable {
  readonly sinks: Sinks;
}

/** @throws as openInstallation */
export async function openSinks(installation: Installation): Promise<OpenedSinks> {
  const opened = await openInstallation(installation);
  return { sinks: createSinks(opened), [Symbol.asyncDispose]: () => opened.store.close() };
}

/** A key for the signatures of a new sink. */
export function newSinkSecret(): string {
  return newSecret(randomBytes(32));
}
