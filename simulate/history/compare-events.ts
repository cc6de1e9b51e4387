import type { StateChange } from "../../src/core/engine/index.ts";
import { same } from "./difference.ts";
import type { Part } from "./reads.ts";
import type { Track } from "./track.ts";
import { seqOf } from "./views.ts";

/** @param rows those of its account since the last look, of each execution in order (E12.1, E12.5). */
export function compareEvents(track: Track, pipelineId: string, rows: readonly Part[]): void {
  const own = rows.filter(({ id }) => id === pipelineId);
  const stored = own.map((row) => {
    const { level, state, stage, action, executionId } = JSON.parse(row.json) as StateChange;
    const seq = seqOf(track, executionId);
    if (level === "pipeline") return `${seq} pipeline ${state}`;
    if (level === "stage") return `${seq} stage ${stage} ${state}`;
    return `${seq} action ${stage}/${action} ${state}`;
  });
  const told = track.model.events.slice(track.eventsTold).map((text) => text.replace(/#\d+/, ""));
  same("events", bySeq(stored), bySeq(told));
  track.eventsTold = track.model.events.length;
  track.eventPosition = rows.at(-1)?.number ?? track.eventPosition;
}

function bySeq(events: readonly string[]): unknown {
  return Object.groupBy(events, (text) => text.slice(0, text.indexOf(" ")));
}
