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
