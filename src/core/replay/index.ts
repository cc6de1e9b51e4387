/** How a pipeline came to its state: its commands, decided again from its creation, and whether that agrees. */
import { isDeepStrictEqual } from "node:util";
import type { RecordedCommand } from "../commands/recorded-command.ts";
import {
  type Definition,
  type ExecutionState,
  newPipelineState,
  type PipelineState,
} from "../engine/index.ts";
import { commandsBack, newestCommand } from "../store/commands.ts";
import { pipelineById } from "../store/queries/explain.ts";
import { allExecutions, allVersions } from "../store/queries/replay.ts";
import type { Store } from "../store/store.ts";
import { describeChange, describeCommand } from "./describe.ts";
import { type ReplayedState, replayCommand } from "./replay.ts";

/** A command that touched the execution that is asked about. */
export interface ReplayedStep {
  readonly position: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly command: string;
  readonly changes: readonly string[];
}

export type Verdict =
  | { readonly kind: "agrees"; readonly commands: number }
  /** @property position of the first command that comes out otherwise; absent where all agree, but not the end */
  | { readonly kind: "disagrees"; readonly why: string; readonly position?: number };

export interface Replay {
  readonly steps: readonly ReplayedStep[];
  readonly verdict: Verdict;
}

const PAGE = 500;
/** Commands that come while it is read are taken up as well; a busy pipeline isn't caught up with for ever. */
const MAX_LOOKS = 20;

/**
 * Decides every command on a pipeline again, and compares what comes out with what is stored.
 *
 * @param executionId whose steps are told; undefined for those of all
 * @throws Error when there is no such pipeline
 */
export async function replayPipeline(
  store: Pick<Store, "read">,
  pipelineId: string,
  executionId?: string,
): Promise<Replay> {
  const db = store.read;
  const steps: ReplayedStep[] = [];
  let state: ReplayedState | undefined;
  let done = 0;
  let commands = 0;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const newest = await newestCommand(db, pipelineId);
    const log = await readLog(db, newest, done);
    const definitions = await definitionsOf(db, pipelineId);
    state ??= await created(db, pipelineId, definitions);
    for (const { position, record } of log) {
      const before: ReplayedState = state;
      const outcome = replayCommand(before, record, definitions);
      if (outcome.kind === "disagrees") {
        const why = `${describeCommand(record.command)}: ${outcome.why}`;
        return { steps, verdict: { kind: "disagrees", why, position } };
      }
      state = outcome.state;
      commands += 1;
      const touched = outcome.changed.filter((id) => executionId === undefined || id === executionId);
      if (touched.length === 0) continue;
      const { executions } = state;
      steps.push({
        position,
        at: record.now,
        command: describeCommand(record.command),
        changes: touched.flatMap((id) => {
          const after = executions.get(id);
          return after === undefined ? [] : describeChange(before.executions.get(id), after);
        }),
      });
    }
    done = newest;
    const why = await difference(db, pipelineId, state);
    if ((await newestCommand(db, pipelineId)) !== newest) continue;
    return why === undefined
      ? { steps, verdict: { kind: "agrees", commands } }
      : { steps, verdict: { kind: "disagrees", why } };
  }
  throw new Error("the pipeline is too busy to be replayed now: try again later");
}

type Db = Store["read"];

interface Logged {
  readonly position: number;
  readonly record: RecordedCommand;
}

/** The commands behind `after` up to `newest`, the oldest first. */
async function readLog(db: Db, newest: number, after: number): Promise<Logged[]> {
  const back: Logged[] = [];
  for (let from = newest; from > after; ) {
    const page = await commandsBack(db, from, PAGE);
    if (page.length === 0) throw new Error(`the log has no command ${from}`);
    for (const { position, record } of page)
      if (position > after) back.push({ position, record: JSON.parse(record) as RecordedCommand });
    from = page.at(-1)?.previous ?? 0;
  }
  return back.reverse();
}

async function definitionsOf(db: Db, pipelineId: string): Promise<Map<number, Definition>> {
  const rows = await allVersions(db, pipelineId);
  return new Map(rows.map(({ version, definition }) => [version, JSON.parse(definition) as Definition]));
}

async function created(
  db: Db,
  pipelineId: string,
  definitions: ReadonlyMap<number, Definition>,
): Promise<ReplayedState> {
  const row = await pipelineById(db, pipelineId);
  const first = definitions.get(1);
  if (row === undefined || first === undefined) throw new Error(`there is no pipeline ${pipelineId}`);
  return { pipeline: newPipelineState(first, row.created), executions: new Map() };
}

/** What is stored otherwise than it was worked out. */
async function difference(db: Db, pipelineId: string, state: ReplayedState): Promise<string | undefined> {
  const row = await pipelineById(db, pipelineId);
  if (row === undefined) return "the pipeline is gone";
  // The latest time of commands that changed nothing else of the pipeline stands in executions alone.
  const { latestTime: _, ...stored } = JSON.parse(row.state) as PipelineState;
  const { latestTime: __, ...replayed } = plain(state.pipeline);
  if (!isDeepStrictEqual(stored, replayed)) return "the pipeline's own state is stored otherwise";
  const seen = new Set<string>();
  for await (const { id, state: text } of allExecutions(db, pipelineId, PAGE)) {
    seen.add(id);
    const execution = state.executions.get(id);
    if (execution === undefined) return `execution ${id} is stored, and no command made it`;
    if (!isDeepStrictEqual(JSON.parse(text), plain(execution))) return `execution ${id} is stored otherwise`;
  }
  const lost = [...state.executions.keys()].find((id) => !seen.has(id));
  return lost === undefined ? undefined : `execution ${lost} isn't stored`;
}

/** As it is stored. */
function plain<T extends PipelineState | ExecutionState>(state: T): T {
  return JSON.parse(JSON.stringify(state)) as T;
}
