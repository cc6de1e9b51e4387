import type { Logger } from "pino";
import { type ClockWork, startClockWork } from "../core/commands/index.ts";
import type { PathComparer } from "../core/connections/index.ts";
import type { Core } from "../core/core.ts";
import { createGitHub } from "../core/github/index.ts";
import { createPolling } from "../core/sources/index.ts";
import { createConnectionPolling } from "../core/webhooks/index.ts";
import type { Outgoing } from "./outgoing-settings.ts";

/** Looks for changes of sources that aren't hosted here (S5). @param interval in milliseconds */
export function startPolling(
  core: Core & { readonly comparer: PathComparer },
  outgoing: Outgoing,
  interval: number,
  logger: Logger,
): ClockWork {
  const polling = createPolling({
    ...core,
    gitHub: createGitHub(outgoing),
    interval,
    onFailure: (failure) => logger.warn(failure, "a source could not be polled"),
  });
  const ofConnections = createConnectionPolling({
    ...core,
    way: outgoing.way,
    interval,
    onFailure: (failure) => logger.warn(failure, "a connection's repository could not be polled"),
  });
  const clock = startClockWork(
    core.ambient.now,
    [polling, ofConnections].map((one) => ({
      run: () => one.poll(),
      onEarlier: (listener: (due: number) => void) => one.onChanged(listener),
    })),
    (error) => logger.error({ err: error }, "sources could not be polled"),
  );
  return {
    async stop() {
      ofConnections.close();
      await clock.stop();
    },
  };
}
