/** What sentences are made of: all that was looked up, so that making them is a pure function. */
import type { ActionTypeId, Definition, ExecutionState, PipelineState, Timer } from "../engine/index.ts";

export interface Facts {
  /** Milliseconds since the epoch, as all times here. */
  readonly now: number;
  readonly pipelineName: string;
  readonly region: string;
  readonly pipeline: PipelineState;
  readonly definitions: ReadonlyMap<number, Definition>;
  /** The live ones, the newest, and the one that is asked about. */
  readonly executions: ReadonlyMap<string, ExecutionState>;
  /** Open jobs by id. */
  readonly jobs: ReadonlyMap<string, JobFacts>;
  readonly timers: ReadonlyMap<string, Timer>;
  /** How the attempts ended that failed, by their ids. */
  readonly endings: ReadonlyMap<string, Ending>;
  /** When a worker last asked for jobs of the type, to some seconds; undefined for never. */
  lastPoll(type: ActionTypeId): number | undefined;
  readonly limit: number;
  /** Executions that count for the limit (E2.12). */
  readonly limited: number;
  /** When polling of its sources stopped; undefined while it goes on, or none polls (S5.8). */
  readonly pollingDisabledAt: number | undefined;
}

export interface JobFacts {
  readonly status: string;
  readonly type: ActionTypeId;
  readonly created: number;
  /** End of the acknowledgement or worker lease. */
  readonly leaseUntil: number | undefined;
  /** A worker had it before, and didn't acknowledge it. */
  readonly handedOut: boolean;
  /** Older jobs of its type that are queued, counted up to a thousand. */
  readonly ahead: number;
}

export interface Ending {
  readonly at: number;
  readonly code?: string;
  readonly message?: string;
  /** Without error: what an approver said, say. */
  readonly summary?: string;
  readonly isApproval: boolean;
}
