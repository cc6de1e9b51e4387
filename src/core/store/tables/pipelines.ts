/** Rows of pipelines, their executions and action history. Times are epoch milliseconds; JSON is text. */
import type { Generated } from "kysely";

export interface PipelineTables {
  pipeline: WithDefault<PipelineRow, "command">;
  pipeline_version: PipelineVersionRow;
  execution: WithDefault<ExecutionRow, "command">;
  start_token: StartTokenRow;
  action_execution: ActionExecutionRow;
  past_action: PastActionRow;
  rule_execution: RuleExecutionRow;
  timer: TimerRow;
  event: EventRow;
  tag: TagRow;
  action_type: ActionTypeRow;
  source_binding: SourceBindingRow;
  removed_pipeline: WithDefault<RemovedPipelineRow, "command">;
  used_revision: UsedRevisionRow;
  partner_action_type: PartnerActionTypeRow;
}

/** A table whose rows needn't name `K` when they are inserted. */
type WithDefault<Row, K extends keyof Row> = Omit<Row, K> & { [M in K]: Generated<Row[M]> };

export interface PipelineRow {
  /** One life of the name: a UUID. */
  id: string;
  account: string;
  region: string;
  name: string;
  version: number;
  created: number;
  updated: number;
  /** PipelineState of the engine. */
  state: string;
  /** The last command that changed this row (tables/commands.ts). */
  command: number;
}

export interface PipelineVersionRow {
  pipeline_id: string;
  version: number;
  /** The declaration as answered by GetPipeline, secrets sealed. */
  declaration: string;
  /** The engine's Definition compiled from it. */
  definition: string;
}

export interface ExecutionRow {
  id: string;
  pipeline_id: string;
  seq: number;
  version: number;
  mode: string;
  type: string;
  status: string;
  /** 1 while InProgress or Stopping. */
  live: number;
  /** 1 while it waits before a stage or holds a lock: what commands on others of its pipeline load. */
  contending: number;
  started: number;
  updated: number;
  /** ExecutionState of the engine. */
  state: string;
  /** The last command that changed this row (tables/commands.ts). */
  command: number;
}

export interface StartTokenRow {
  pipeline_id: string;
  token: string;
  execution_id: string;
}

export interface ActionExecutionRow {
  id: string;
  pipeline_id: string;
  execution_id: string;
  version: number;
  stage: string;
  action: string;
  attempt: number;
  status: string;
  started: number;
  updated: number;
  /** StartedAction of the engine without the columns above. */
  input: string;
  /** ActionChange members accumulated, besides status. */
  output: string;
}

/** An action of an execution that has ended, or had before it was revived. */
export interface PastActionRow {
  pipeline_id: string;
  started: number;
  attempt: number;
  /** Of its row in action_execution. */
  id: string;
}

export interface RuleExecutionRow {
  id: string;
  pipeline_id: string;
  execution_id: string;
  version: number;
  stage: string;
  /** ConditionKind of the engine. */
  condition: string;
  rule: string;
  /** Of the condition: 1 for the first in a stage run. */
  evaluation: number;
  status: string;
  started: number;
  updated: number;
  /** StartedRule of the engine without the columns above. */
  input: string;
  /** RuleChange members accumulated, besides status. */
  output: string;
}

export interface TimerRow {
  id: string;
  pipeline_id: string;
  due: number;
  /** Timer of the engine. */
  timer: string;
}

export interface EventRow {
  /** Position in the outbox, given by the database. */
  position: Generated<number>;
  id: string;
  pipeline_id: string;
  account: string;
  region: string;
  pipeline_name: string;
  execution_id: string;
  /** StateChange of the engine. */
  event: string;
}

export interface TagRow {
  /** ARN of the tagged resource, in its one canonical spelling. */
  resource: string;
  key: string;
  value: string;
}

export interface ActionTypeRow {
  account: string;
  region: string;
  category: string;
  provider: string;
  version: string;
  /** The action type as ListActionTypes answers it. */
  definition: string;
  deleted: number;
}

/** A revision that a source action of the pipeline was bound to by PutActionRevision, or delivered. */
export interface UsedRevisionRow {
  pipeline_id: string;
  action: string;
  revision: string;
  change_id: string;
  /** The latest execution that used it. */
  execution_id: string;
}

/** What UpdateActionType made of a partner's action type. */
export interface PartnerActionTypeRow {
  category: string;
  provider: string;
  version: string;
  /** Digest of the operator's configuration that the update was made on. */
  configured: string;
  /** AWS's ActionTypeDeclaration. */
  declaration: string;
  updated: number;
}

/** Which pipelines a change in a source starts: the current version's CodeCommit and S3 source actions. */
export interface SourceBindingRow {
  pipeline_id: string;
  account: string;
  region: string;
  action: string;
  /** CodeCommit, S3, GitHub or Connection. */
  provider: string;
  /** Repository or bucket; of a connection, its region, id and repository. */
  container: string;
  /** Branch or object key. */
  item: string;
  /** 1 when PollForSourceChanges is on. */
  polls: number;
  /** Of connections: ConnectionTrigger as JSON. */
  trigger: string | null;
}

/** A deleted pipeline whose history is still to be cleared away. */
export interface RemovedPipelineRow {
  pipeline_id: string;
  removed: number;
  /** The newest of its commands that is left. */
  command: number;
}
