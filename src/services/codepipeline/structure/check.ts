/** What every check of api.md §5 looks at, and what it answers. */
import type { Scope } from "../../../core/scope.ts";
import type { AwsError } from "../../aws-json/error.ts";
import type { Action, Declaration, Stage } from "../declaration.ts";
import type { KnownActionType, KnownActionTypes } from "../known-action-types.ts";

export interface Subject {
  readonly declaration: Declaration;
  readonly scope: Scope;
  readonly types: KnownActionTypes;
  readonly workers: WorkersHere;
}

/** The workers of built-in types that the declaration's jobs could go to (P0.9). */
export interface WorkersHere {
  /** Of those that were seen lately; undefined when none was ever seen. */
  readonly tools: ReadonlySet<string> | undefined;
  /** Of the server, for one that is yet to be started. */
  readonly endpoint: string;
}

/** The first thing that is wrong, if anything is. */
export type Finding = AwsError | undefined;

export type Check = (subject: Subject) => Finding;
export type ActionCheck = (place: Place, subject: Subject) => Finding;
/** A check of an action whose type is known. */
export type TypedActionCheck = (place: Place, type: KnownActionType, subject: Subject) => Finding;

/** An action and where it stands. */
export interface Place {
  readonly stageIndex: number;
  readonly stage: Stage;
  readonly action: Action;
}

/** All actions in declaration order. */
export function placesOf(declaration: Declaration): Place[] {
  return declaration.stages.flatMap((stage, stageIndex) =>
    stage.actions.map((action) => ({ stageIndex, stage, action })),
  );
}

/** Whether `a` ends before `b` starts: an earlier stage, or a smaller runOrder in the same one. */
export function precedes(a: Place, b: Place): boolean {
  return (
    a.stageIndex < b.stageIndex || (a.stageIndex === b.stageIndex && a.action.runOrder < b.action.runOrder)
  );
}

/** The finding of the first check that has one. */
export function first(findings: Iterable<Finding>): Finding {
  for (const finding of findings) if (finding !== undefined) return finding;
  return undefined;
}

/** The first thing that occurs a second time. */
export function firstRepeated<T>(items: readonly T[], key: (item: T) => string): T | undefined {
  const seen = new Set<string>();
  return items.find((item) => seen.size === seen.add(key(item)).size);
}
