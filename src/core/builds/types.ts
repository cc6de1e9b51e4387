/** CodeBuild projects and builds (P2). `project` and `build` members are AWS's own, as JSON-ready objects. */
import type { Scope } from "../scope.ts";

export interface Builds {
  createProject(
    scope: Scope,
    project: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
  updateProject(
    scope: Scope,
    name: string,
    change: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
  deleteProject(scope: Scope, name: string): Promise<void>;
  getProjects(scope: Scope, names: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  listProjects(scope: Scope): Promise<readonly { name: string; created: number; lastModified: number }[]>;
  /** Makes the build's record, once per job; undefined when there is no such project. */
  startBuild(scope: Scope, request: StartBuild): Promise<StartedBuildRecord | undefined>;
  /** Moves a build forward; what would move it back is ignored (P2.20). */
  putState(scope: Scope, buildId: string, state: Readonly<Record<string, unknown>>): Promise<void>;
  getBuilds(scope: Scope, ids: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  listBuildIds(scope: Scope, project: string, order: "ASCENDING" | "DESCENDING"): Promise<readonly string[]>;
}

export interface StartBuild {
  readonly projectName: string;
  readonly jobId: string;
  readonly actionExecutionId: string;
  readonly initiator: string;
}

export interface StartedBuildRecord {
  readonly buildId: string;
  readonly buildArn: string;
  readonly buildNumber: number;
  /** The project as stored, with its uuid. */
  readonly project: Readonly<Record<string, unknown>>;
  readonly projectUuid: string;
}
