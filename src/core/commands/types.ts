/** What can be asked of a pipeline: one transaction each (design decision 4). */
import type { Answer, Command, Definition, Refusal, SourceRevision, Trigger } from "../engine/index.ts";
import type { Scope } from "../scope.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import type { Reader, Soon, Tx } from "../store/store.ts";
import type { ConnectionTrigger } from "../triggers/types.ts";

/** The command was refused and changed nothing. */
export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.name = "RefusedError";
    this.refusal = refusal;
  }
}

/** There is no pipeline of that name in the scope. */
export class PipelineMissingError extends Error {
  constructor(name: string) {
    super(`there is no pipeline named ${name}`);
    this.name = "PipelineMissingError";
  }
}

/** The name is taken in the scope, or a quota is used up. */
export class PipelineNotStoredError extends Error {
  readonly reason: "nameInUse" | "tooManyPipelines";

  constructor(reason: PipelineNotStoredError["reason"], message: string) {
    super(message);
    this.name = "PipelineNotStoredError";
    this.reason = reason;
  }
}

export interface NewVersion {
  readonly name: string;
  /** The declaration as GetPipeline answers it, without `version`; secrets sealed. */
  readonly declaration: Readonly<Record<string, unknown>>;
  /** Compiled for the engine; the version is filled in here. */
  readonly definition: Omit<Definition, "version">;
  /** Source actions that changes start (E13, S6.15, S8.1). */
  readonly bindings: readonly SourceBinding[];
}

export interface SourceBinding {
  readonly action: string;
  readonly provider: "CodeCommit" | "S3" | "GitHub" | "Connection";
  readonly container: string;
  readonly item: string;
  readonly polls: boolean;
  /** Of connections: which of the repository's changes start the pipeline. */
  readonly trigger?: ConnectionTrigger;
}

export interface StartRequest {
  readonly trigger: Trigger;
  readonly variables: Readonly<Record<string, string>>;
  readonly revisions: Readonly<Record<string, SourceRevision>>;
  readonly clientRequestToken?: string;
}

/** A source action's revision that its caller tells of (api.md §13.2). */
export interface PutRevision {
  readonly trigger: Trigger;
  readonly stage: string;
  readonly action: string;
  readonly revisionId: string;
  readonly changeId: string;
}

/** A start by what a poll found. */
export type BoundStart = Pick<StartRequest, "trigger" | "revisions">;

export interface Commands {
  /** @throws PipelineMissingError, RefusedError */
  run(scope: Scope, pipelineName: string, command: Command): Promise<Answer>;
  /** The same inside a transaction that is already open, by the pipeline's id. */
  runIn(tx: Tx, pipelineId: string, command: Command): Soon<Answer>;
  /** The same on a row that `tx` has taken already. */
  runOn(tx: Tx, pipeline: TakenPipeline, command: Command): Soon<Answer>;
  /** The compiled definition of a version, from memory if it was asked for before. */
  definition(db: Reader, pipelineId: string, version: number): Soon<Definition>;
  /** Starts an execution; a token seen before answers the first one's id (E1.8). */
  start(scope: Scope, pipelineName: string, request: StartRequest): Promise<{ executionId: string }>;
  /**
   * Starts an execution that is bound to a revision of a source action, unless the pipeline has used it before: then the
   * latest execution that did is answered (E13.4). @throws PipelineMissingError, RefusedError
   */
  putRevision(
    scope: Scope,
    pipelineName: string,
    revision: PutRevision,
  ): Promise<{ executionId: string; isNew: boolean }>;
  /**
   * Stores version 1 with its tags and starts it with each of `starts`, in one transaction.
   * @throws PipelineNotStoredError
   */
  createPipeline(
    scope: Scope,
    version: NewVersion,
    tags: Readonly<Record<string, string>>,
    starts: readonly Trigger[],
  ): Promise<{ version: number }>;
  /**
   * Makes a new current version, and starts it with each of `starts`, in one transaction. `build` sees the stored
   * declaration, to keep secrets and defaults.
   * @throws PipelineMissingError
   */
  updatePipeline(
    scope: Scope,
    name: string,
    build: (previous: Readonly<Record<string, unknown>>) => NewVersion,
    starts?: readonly BoundStart[],
  ): Promise<{ version: number }>;
  /** Ends what lives and removes everything (E11.7); deleting what doesn't exist does nothing. */
  deletePipeline(scope: Scope, name: string): Promise<void>;
  /** Fires every timer that is due (E10.1, E10.2); answers when the next one is, if any. */
  fireTimers(): Promise<number | undefined>;
  /** Calls `listener` with the due time of each timer that this server has set; returns what ends that. */
  onTimer(listener: (due: number) => void): () => void;
}
