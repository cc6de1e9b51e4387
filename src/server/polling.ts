import type { Logger } from "pino";
import { type ClockWork, startClockWork } from "../core/commands/index.ts";
import type { Core } from "../core/core.ts";
import { createGitHub } from "../core/github/index.ts";
import { createPolling } from "../core/sources/index.ts";
import type { Outgoing } from "./outgoing-settings.ts";

/** Looks for changes of sources that aren't hosted here (S5). @param interval in milliseconds */
export function startPolling(core: Core, outgoing: Outgoing, interval: number, logger: Logger): ClockWork {
  const polling = createPolling({
    ...core,
    gitHub: createGitHub(outgoing),
    interval,
    onFailure: (failure) => logger.warn(failure, "a source could not be polled"),
  });
  return startClockWork(
    core.ambient.now,
    [{ run: () => polling.poll(), onEarlier: (listener) => polling.onChanged(listener) }],
    (error) => logger.error({ err: error }, "sources could not be polled"),
  );
}
