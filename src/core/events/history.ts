/** What the action history adds to events: links, what failed, what the sources delivered. */
import type { Access } from "../access/types.ts";
import type { Catalogue } from "../catalogue.ts";
import { link, webAddress } from "../links.ts";
import { maskedSummary } from "../mask.ts";
import type { RecordedInput, RecordedOutput } from "../recorded.ts";
import type { Scope } from "../scope.ts";
import { openSecret } from "../sealed-secret.ts";
import { actionsById, actionsOfExecutions } from "../store/event-actions.ts";
import { findCustomActionType } from "../store/queries/action-types.ts";
import type { Reader } from "../store/store.ts";
import type { ActionExecutionRow } from "../store/tables/pipelines.ts";

/** An attempt of an action, without its secrets. */
export interface HistoryRecord {
  readonly id: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly status: string;
  readonly started: number;
  readonly updated: number;
  readonly type: RecordedInput["type"];
  readonly configuration: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** What it said at its end, else the error's message. */
  readonly summary?: string;
}

export interface History {
  /** Attempts by their ids; those of deleted pipelines are gone. */
  byId(ids: readonly string[]): Promise<ReadonlyMap<string, ActionExecutionRow>>;
  /** By execution, each in order of start. */
  ofExecutions(ids: readonly string[]): Promise<ReadonlyMap<string, readonly HistoryRecord[]>>;
  /** The page of what an action ran: what the worker said, else what the type's template makes of its id. */
  executionUrl(scope: Scope, row: ActionExecutionRow): Promise<string | undefined>;
  /** A text about an action as it may be shown. */
  shown(text: string, row: ActionExecutionRow | undefined): string;
}

export function createHistory(
  db: Reader,
  access: Pick<Access, "unseal">,
  catalogue: Pick<Catalogue, "find">,
): History {
  function shown(text: string, row: ActionExecutionRow | undefined): string {
    return maskedSummary(text, row === undefined ? [] : secretsOf(inputOf(row)));
  }

  function secretsOf({ configuration, resolvedConfiguration }: RecordedInput): string[] {
    const values = [...Object.values(configuration), ...Object.values(resolvedConfiguration)];
    return [...new Set(values)].flatMap((value) => openSecret(access, value) ?? []);
  }

  function recordOf(row: ActionExecutionRow): HistoryRecord {
    const { id, stage, action, status, started, updated } = row;
    const { type, resolvedConfiguration } = inputOf(row);
    const { summary, error, variables = {} } = outputOf(row);
    const text = summary ?? error?.message;
    return {
      id,
      executionId: row.execution_id,
      stage,
      action,
      status,
      started,
      updated,
      type,
      configuration: resolvedConfiguration,
      variables,
      ...(text !== undefined && { summary: shown(text, row) }),
    };
  }

  async function templateOf(scope: Scope, type: RecordedInput["type"]): Promise<string | undefined> {
    if (type.owner !== "Custom") return catalogue.find(type)?.urls?.executionUrlTemplate;
    const row = await findCustomActionType(db, scope, type);
    if (row === undefined) return undefined;
    const { settings } = JSON.parse(row.definition) as {
      settings?: { executionUrlTemplate?: string };
    };
    return settings?.executionUrlTemplate;
  }

  return {
    shown,

    async byId(ids) {
      return new Map((await actionsById(db, ids)).map((row) => [row.id, row]));
    },

    async ofExecutions(ids) {
      return Map.groupBy(
        (await actionsOfExecutions(db, ids)).map(recordOf),
        ({ executionId }) => executionId,
      );
    },

    async executionUrl(scope, row) {
      const { externalExecutionUrl, externalExecutionId } = outputOf(row);
      if (externalExecutionUrl !== undefined) return webAddress(externalExecutionUrl);
      if (externalExecutionId === undefined) return undefined;
      const { type, resolvedConfiguration: configuration } = inputOf(row);
      return link(await templateOf(scope, type), { configuration, externalExecutionId });
    },
  };
}

function inputOf(row: ActionExecutionRow): RecordedInput {
  return JSON.parse(row.input) as RecordedInput;
}

function outputOf(row: ActionExecutionRow): RecordedOutput {
  return JSON.parse(row.output) as RecordedOutput;
}
