import type { Logger } from "pino";
import type { Core } from "../core/core.ts";
import { type SinkService, startSinkService } from "../core/events/index.ts";
import type { Settings } from "./settings.ts";

/** Sends state changes to where they are wanted. @returns ends it, tries that are under way too */
export function startEventSinks(
  core: Core,
  { operator: { eventSinks }, outgoing: { way } }: Pick<Settings, "operator" | "outgoing">,
  logger: Logger,
): SinkService {
  return startSinkService({
    ...core,
    ofSettings: eventSinks,
    way,
    writeOut,
    onTrouble: (trouble) => logger.warn(trouble, "events could not be sent"),
    onError: (error) => logger.error({ err: error }, "events could not be sent"),
  });
}

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
