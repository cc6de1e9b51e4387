import type { BuildVariable, StartedBuild } from "../build-protocol.ts";
import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { JobSandbox } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import type { Place } from "./place.ts";

/** What an action says about the build that it starts (P2.14). */
export interface ProjectRequest {
  /** Name of the primary input; the only one's, if absent. */
  readonly primarySource?: string;
  readonly buildspecOverride?: string;
  readonly variables: readonly BuildVariable[];
}

/** What every step of a project's build works with. */
export interface ProjectContext {
  readonly job: Job;
  readonly tools: Tools;
  readonly started: StartedBuild;
  readonly request: ProjectRequest;
  readonly place: Place;
  readonly sandbox: JobSandbox;
  readonly log: BuildLog;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** Aborted when the action is over, or the build's time is up. */
  readonly signal: AbortSignal;
  /** What is to be undone once the build has ended. */
  readonly cleanUp: AsyncDisposableStack;
}

/** The primary input of an action: what its source version says, and what is unpacked first (P2.15). */
export function primaryInput({ job, request }: Pick<ProjectContext, "job" | "request">) {
  const [only] = job.inputArtifacts;
  return job.inputArtifacts.find(({ name }) => name === request.primarySource) ?? only;
}
