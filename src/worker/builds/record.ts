import type { BuildPhase, BuildState, StartedBuild } from "../build-protocol.ts";
import type { BuildPhaseName, PhaseStatus } from "../buildspec/index.ts";
import { deliver } from "../deliver.ts";
import type { JobClient } from "../protocol.ts";
import { LatestSender } from "./latest-sender.ts";

type State = Omit<BuildState, "buildId">;

export interface RecordOptions {
  readonly client: Pick<JobClient, "putBuildState">;
  readonly jobId: string;
  readonly build: Pick<StartedBuild, "buildId">;
  readonly now: () => number;
  /** Ends the trying to report. */
  readonly signal: AbortSignal;
  mask(text: string): string;
}

/**
 * What BatchGetBuilds shows of a build: its phases and how each ended (P2.6, P2.20). Each change is reported at once,
 * in the background; changes that come while one is under way go together.
 */
export class BuildRecord {
  readonly #options: RecordOptions;
  readonly #phases: BuildPhase[] = [];
  #state: State;
  readonly #sender: LatestSender<State>;

  constructor(options: RecordOptions, source: Pick<State, "sourceVersion" | "resolvedSourceVersion">) {
    const { client, jobId, build, signal } = options;
    this.#options = options;
    this.#sender = new LatestSender(async (state) => {
      // A failure is tried again, so it needs no note of its own.
      const put = () => client.putBuildState(jobId, { buildId: build.buildId, ...state });
      await deliver(put, signal, () => undefined);
    });
    this.#state = {
      buildStatus: "IN_PROGRESS",
      currentPhase: "SUBMITTED",
      phases: [],
      exportedEnvironmentVariables: [],
      ...source,
    };
  }

  /** @param startTime in milliseconds since the epoch */
  begin(phaseType: BuildPhaseName, startTime = this.#options.now()): void {
    this.#phases.push({ phaseType, startTime });
    this.#change({ currentPhase: phaseType });
  }

  /** Ends the phase that runs. */
  end(
    phaseStatus: PhaseStatus,
    context: { readonly statusCode: string; readonly message: string },
    at = this.#options.now(),
  ): void {
    const phase = this.#phases.pop();
    if (phase === undefined) return;
    // The server's clock, by which a build is queued, may be ahead of this one.
    const endTime = Math.max(at, phase.startTime);
    this.#phases.push({
      ...phase,
      phaseStatus,
      endTime,
      durationInSeconds: Math.floor((endTime - phase.startTime) / 1000),
      contexts: [{ statusCode: context.statusCode, message: this.#options.mask(context.message) }],
    });
    this.#change({});
  }

  exported(variables: ReadonlyMap<string, string>): void {
    const exportedEnvironmentVariables = Array.from(variables, ([name, value]) => ({
      name,
      value: this.#options.mask(value),
    }));
    this.#change({ exportedEnvironmentVariables });
  }

  /** Ends the record; resolves when it is kept, refused for good, or the job is over. */
  async complete(buildStatus: Exclude<State["buildStatus"], "IN_PROGRESS">): Promise<void> {
    this.#phases.push({ phaseType: "COMPLETED", startTime: this.#options.now() });
    this.#change({ buildStatus, currentPhase: "COMPLETED" });
    await this.#sender.settled();
  }

  #change(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change, phases: [...this.#phases] };
    this.#sender.put(this.#state);
  }
}
