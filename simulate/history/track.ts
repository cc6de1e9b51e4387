/** One pipeline of a history: its name, its model, and which rows of the store are which parts of the model. */
import type { ExecutionState } from "../../src/core/engine/index.ts";
import type { Scope } from "../../src/core/scope.ts";
import { Model } from "../model/model.ts";
import type { Attempt, Execution, Job, Run } from "../model/parts.ts";
import type { Place } from "../model/work.ts";
import type { Unversioned } from "../pipelines/random-definition.ts";
import { LIMIT } from "../system.ts";

export interface KnownJob {
  readonly id: string;
  readonly place: Place;
  readonly job: Job;
  readonly builtIn: boolean;
  /** Brought to a function, which answers by itself (P7.3). */
  readonly invokes: boolean;
  /** Of the last hand-out. */
  nonce: string | undefined;
  /** Older nonces, which are dead. */
  readonly dead: string[];
  /** The report that ended it (E3.14). */
  result: string | undefined;
}

export interface KnownApproval {
  readonly token: string;
  readonly execution: Execution;
  readonly run: Run;
  readonly action: string;
  readonly attempt: Attempt;
}

export class Track {
  readonly scope: Scope;
  readonly name: string;
  readonly model: Model;
  readonly shapes: readonly Unversioned[];
  /** Execution ids by seq. */
  readonly ids = new Map<number, string>();
  readonly #seqs = new Map<string, number>();
  readonly jobs = new Map<string, KnownJob>();
  readonly approvals = new Map<string, KnownApproval>();
  readonly tokens = new Map<string, number>();
  /** Output key → `execution/action#attempt`. */
  readonly keys = new Map<string, string>();
  /** As the store had them last, by seq. */
  readonly states = new Map<number, ExecutionState>();
  /** The last command that was compared. */
  command = 0;
  eventPosition = 0;
  eventsTold = 0;

  constructor(scope: Scope, name: string, shapes: readonly Unversioned[], now: number) {
    const [first] = shapes;
    if (first === undefined) throw new Error("a pipeline needs a definition");
    this.scope = scope;
    this.name = name;
    this.shapes = shapes;
    this.model = new Model({ ...first, version: 1 }, now, LIMIT);
  }

  /** The next life of a pipeline of the same name (E11.7): nothing of the first is in it. */
  static again({ scope, name, shapes }: Track, now: number): Track {
    return new Track(scope, name, shapes, now);
  }

  remember(seq: number, id: string): void {
    this.ids.set(seq, id);
    this.#seqs.set(id, seq);
  }

  execution(id: string): Execution | undefined {
    const seq = this.#seqs.get(id);
    return seq === undefined ? undefined : this.model.executions[seq - 1];
  }
}
