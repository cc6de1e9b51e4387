import type { Logger } from "pino";
import { type ClockWork, startClockWork } from "../core/commands/index.ts";
import { createCopies } from "../core/copies/index.ts";
import type { Core } from "../core/core.ts";

/** Copies input artifacts between regions, also what an earlier process left. @returns ends it, after what is under way */
export function startCopying(core: Core, logger: Logger): ClockWork {
  const copies = createCopies({
    ...core,
    onFailure: (failure) => logger.warn(failure, "an artifact could not be copied; it is tried again"),
  });
  const clock = startClockWork(
    core.ambient.now,
    [{ run: () => copies.begin(), onEarlier: (listener) => copies.onQueued(listener) }],
    (error) => logger.error({ err: error }, "artifacts could not be copied"),
  );
  return {
    async stop() {
      await clock.stop();
      await copies.close();
    },
  };
}
