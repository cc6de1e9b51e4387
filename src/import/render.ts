/** A plan as people read it. */
import type { Skipped } from "./load.ts";
import type { Change } from "./plan/diff.ts";
import type { Step } from "./plan/step.ts";

const SIGNS = { create: "+", update: "~", keep: "=" } as const;

/** One line: `~ pipeline web (us-east-1)`. */
export function headline({ action, kind, name, region }: Step): string {
  return `${SIGNS[action]} ${kind} ${name} (${region})`;
}

/** The headline, and a line for each member that differs. */
export function details(step: Step): string[] {
  return [
    headline(step),
    ...step.changes.filter(isTold).map((change) => `    ${changeLine(change)}`),
    ...step.notes.map((note) => `    note: ${note}`),
  ];
}

/** Those that are skipped for the same reason below it. */
export function skippedLines(skipped: readonly Skipped[]): string[] {
  const byReason = Object.groupBy(skipped, ({ reason }) => reason);
  return Object.entries(byReason).flatMap(([reason, list = []]) => [
    `- skipped: ${reason}`,
    ...list.map(({ place, type }) => `    ${place} (${type})`),
  ]);
}

/** `2 to create, 1 to update, 3 unchanged, 4 skipped` */
export function summary(steps: readonly Step[], skipped: number): string {
  const count = (wanted: Step["action"]) => steps.filter(({ action }) => action === wanted).length;
  return `${count("create")} to create, ${count("update")} to update, ${count("keep")} unchanged, ${skipped} skipped`;
}

/** That a new thing has an empty list says nothing. */
function isTold({ before, after }: Change): boolean {
  return before !== undefined || !["[]", "{}"].includes(JSON.stringify(after));
}

function changeLine({ path, before, after }: Change): string {
  if (before === undefined) return `+ ${path}: ${JSON.stringify(after)}`;
  if (after === undefined) return `- ${path}: ${JSON.stringify(before)}`;
  return `~ ${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
}
