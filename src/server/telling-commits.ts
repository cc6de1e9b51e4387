import type { Logger } from "pino";
import type { SettingValues } from "../core/catalogue.ts";
import { type ClockWork, startClockWork } from "../core/commands/index.ts";
import { createCommitStatuses } from "../core/commit-statuses/index.ts";
import { parseArn, spellingsOf } from "../core/connections/index.ts";
import type { Core } from "../core/core.ts";
import type { Settings } from "./settings.ts";

/** Whether the operator has the host of a connection told: by its own setting, in either spelling, else by that of all. */
export function tellsCommits(get: SettingValues["get"], connectionArn: string): boolean {
  const named = parseArn(connectionArn);
  const spellings = named === undefined ? [] : spellingsOf(named);
  const names = [...spellings, "*"].map((name) => `statuses.${name}`);
  return names.map(get).find((value) => value !== undefined) !== "false";
}

/** Tells git hosts what becomes of their commits. @returns ends it, tries that are under way too */
export function startTellingCommits(
  core: Core,
  { operator: { get } }: Pick<Settings, "operator">,
  logger: Logger,
): ClockWork {
  const statuses = createCommitStatuses({
    ...core,
    publicUrl: core.settings.publicUrl,
    isWanted: (arn) => tellsCommits(get, arn),
    onFailure: (failure) => logger.warn(failure, "the status of a commit was not set"),
  });
  const clock = startClockWork(
    core.ambient.now,
    [{ run: () => statuses.deliver(), onEarlier: (listener) => statuses.onQueued(listener) }],
    (error) => logger.error({ err: error }, "commit statuses could not be told"),
  );
  return {
    stop() {
      statuses.close();
      return clock.stop();
    },
  };
}
