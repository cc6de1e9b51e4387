import type { Logger } from "pino";
import { type ClockWork, startClockWork } from "../core/commands/index.ts";
import type { Core } from "../core/core.ts";
import { createNotifications } from "../core/notifications/index.ts";
import type { Settings } from "./settings.ts";

/** Delivers what tells people of approvals. @returns ends it, tries that are under way too */
export function startNotifying(
  core: Core,
  { operator: { destinationOf }, outgoing: { way } }: Pick<Settings, "operator" | "outgoing">,
  logger: Logger,
): ClockWork {
  const notifications = createNotifications({
    ...core,
    way,
    publicUrl: core.settings.publicUrl,
    destinationOf,
    onFailure: (failure) => logger.warn(failure, "the notification of an approval was not delivered"),
  });
  const clock = startClockWork(
    core.ambient.now,
    [
      {
        run: () => notifications.deliver(),
        onEarlier: (listener) => notifications.onQueued(listener),
      },
    ],
    (error) => logger.error({ err: error }, "notifications could not be delivered"),
  );
  return {
    stop() {
      notifications.close();
      return clock.stop();
    },
  };
}
