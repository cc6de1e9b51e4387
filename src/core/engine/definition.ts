/** A pipeline version as the engine sees it: normalised, with every default filled in. Plain data, never changed. */

export type ExecutionMode = "SUPERSEDED" | "QUEUED" | "PARALLEL";

export interface ActionTypeId {
  readonly category: string;
  readonly owner: string;
  readonly provider: string;
  readonly version: string;
}

export interface Definition {
  readonly pipelineName: string;
  readonly account: string;
  readonly region: string;
  readonly version: number;
  readonly mode: ExecutionMode;
  readonly variables: readonly VariableDeclaration[];
  readonly stages: readonly StageDefinition[];
  /** Where artifacts go, by region. */
  readonly stores: Readonly<Record<string, StoreLocation>>;
}

export interface StoreLocation {
  readonly bucket: string;
  readonly encryptionKey?: { readonly id: string; readonly type: string };
}

export interface VariableDeclaration {
  readonly name: string;
  readonly defaultValue?: string;
}

export interface StageDefinition {
  readonly name: string;
  readonly actions: readonly ActionDefinition[];
  /** Before the first group (E9.6). */
  readonly beforeEntry?: ConditionDefinition<"FAIL" | "SKIP">;
  /** Once all actions are Succeeded (E9.8). */
  readonly onSuccess?: ConditionDefinition<"FAIL" | "ROLLBACK">;
  /** When an action's latest is Failed and nothing is in progress (E7.8, E8.4, E9.7); absent: the stage fails. */
  readonly onFailure?: FailureDefinition;
}

/** Of the kinds of conditions the name that the API gives them. */
export type ConditionKind = "BEFORE_ENTRY" | "ON_SUCCESS" | "ON_FAILURE";

export type ConditionResult = "FAIL" | "ROLLBACK" | "SKIP";

export interface ConditionDefinition<R extends ConditionResult = ConditionResult> {
  /** Engages when the condition Failed or Errored (E9.4). */
  readonly result: R;
  /** One to five, of different names. */
  readonly rules: readonly RuleDefinition[];
}

export type RetryMode = "FAILED_ACTIONS" | "ALL_ACTIONS";

/** What is done about a failure; a result of its own and a condition exclude each other (E9.1). */
export type FailureDefinition =
  | { readonly result: "ROLLBACK" }
  | { readonly result: "RETRY"; readonly retryMode: RetryMode }
  | { readonly result?: never; readonly condition: ConditionDefinition<"FAIL" | "ROLLBACK"> };

export interface RuleDefinition {
  readonly name: string;
  /** Of category Rule. */
  readonly type: ActionTypeId;
  /** Values may hold `#{namespace.key}` references. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly commands?: readonly string[];
  readonly inputs: readonly string[];
  readonly region: string;
  readonly roleArn?: string;
  /** As declared; absent: by the rule's type, in part by its resolved configuration (E9.14). */
  readonly timeoutMinutes?: number;
}

export interface ActionDefinition {
  readonly name: string;
  readonly runOrder: number;
  readonly type: ActionTypeId;
  /** Values may hold `#{namespace.key}` references; secrets are sealed texts, which hold none. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly OutputDeclaration[];
  readonly namespace?: string;
  readonly region: string;
  readonly roleArn?: string;
  readonly timeoutMinutes: number;
  readonly commands?: readonly string[];
  readonly environmentVariables?: readonly EnvironmentVariable[];
  /** Names of the variables that a Commands action gives. */
  readonly outputVariables?: readonly string[];
}

export interface OutputDeclaration {
  readonly name: string;
  readonly files?: readonly string[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
}
