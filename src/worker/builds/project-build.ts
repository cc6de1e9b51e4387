import {
  type BuildPhaseName,
  type OnFailure,
  PHASES,
  type PhaseName,
  phaseAfter,
} from "../buildspec/index.ts";
import type { Outcome } from "../provider.ts";
import type { Runtimes } from "../runtimes.ts";
import { buildLinks } from "./build-names.ts";
import type { Variables } from "./environment.ts";
import { readExported } from "./exported-variables.ts";
import { variablesOf } from "./glob-variables.ts";
import { LatestSender } from "./latest-sender.ts";
import { type PreparedBuild, prepareProject } from "./prepare-project.ts";
import type { ProjectContext } from "./project-context.ts";
import { failedPhase, finalStatus, type PhaseEnd, projectOutcome } from "./project-outcome.ts";
import { provisionProject } from "./provisioning.ts";
import type { BuildRecord } from "./record.ts";
import { roleVariables } from "./role-variables.ts";
import { userFor } from "./run-as.ts";
import { runPhase } from "./run-phase.ts";
import { selectRuntimes } from "./select-runtimes.ts";
import { type TimeLimit, untilAborted } from "./time-limit.ts";
import { uploadProjectArtifacts } from "./upload-project.ts";

const NO_RUNTIMES: Runtimes = new Map();

const ALL_PHASES: readonly BuildPhaseName[] = [
  "SUBMITTED",
  "QUEUED",
  "PROVISIONING",
  "DOWNLOAD_SOURCE",
  "INSTALL",
  "PRE_BUILD",
  "BUILD",
  "POST_BUILD",
  "UPLOAD_ARTIFACTS",
];
/** Over, or under way, when a build gets the place that it waited for. */
const BEFORE_PLACE = new Set<BuildPhaseName>(["SUBMITTED", "QUEUED"]);
/** Those that the log tells of (P11.3). */
const LOGGED = new Set<BuildPhaseName>(ALL_PHASES.slice(ALL_PHASES.indexOf("DOWNLOAD_SOURCE")));

/** One build of a CodeBuild project, from its first phase to its last. */
export class ProjectBuild {
  readonly #context: ProjectContext;
  readonly #limit: TimeLimit;
  readonly #record: BuildRecord;
  readonly #progress: LatestSender<number>;
  #role: Variables = {};
  #prepared: PreparedBuild | undefined;
  #succeeding = true;
  #firstFailure: PhaseEnd | undefined;
  #exported: ReadonlyMap<string, string> = new Map();
  /** Of the variables that artifact paths name; there once the commands are over. */
  #pathValues: ReadonlyMap<string, string> | undefined;

  constructor(context: ProjectContext, limit: TimeLimit, record: BuildRecord) {
    this.#context = context;
    this.#limit = limit;
    this.#record = record;
    const { job, tools, started } = context;
    this.#progress = new LatestSender((percentComplete) =>
      // Only shown; a later one makes up for one that got lost.
      tools.client.progress(job.id, { percentComplete, ...buildLinks(job, started) }).catch(() => undefined),
    );
  }

  /** Runs all phases that are due; the record and the processes have come to their end then. */
  async run(): Promise<Outcome> {
    const { log, sandbox, started, tools } = this.#context;
    log.line(`Running on Millrace worker ${tools.workerId} (${sandbox.executor})`);
    log.line(sandbox.description);
    let phase: BuildPhaseName = "SUBMITTED";
    while (phase !== "COMPLETED") phase = await this.#runPhase(phase);
    log.phase = undefined;
    await this.#record.complete(finalStatus(this.#firstFailure));
    await this.#progress.settled();
    return projectOutcome(started.buildId, this.#firstFailure, this.#exported);
  }

  /** Runs one phase and answers the next. */
  async #runPhase(phase: BuildPhaseName): Promise<BuildPhaseName> {
    const { log, started } = this.#context;
    log.phase = phase;
    const since = BEFORE_PLACE.has(phase) ? started.queuedSince : undefined;
    this.#record.begin(phase, since);
    if (LOGGED.has(phase))
      this.#progress.put(Math.round((100 * ALL_PHASES.indexOf(phase)) / ALL_PHASES.length));
    const end = await this.#attempt(phase);
    if (end.status !== "SUCCEEDED") this.#firstFailure ??= end;
    this.#record.end(end.status, end, phase === "SUBMITTED" ? since : undefined);
    if (LOGGED.has(phase)) {
      log.line(`Phase complete: ${phase} State: ${end.status}`);
      log.line(`Phase context status code: ${end.statusCode} Message: ${end.message}`);
    }
    return phaseAfter(phase, end.status, this.#onFailure(phase));
  }

  async #attempt(phase: BuildPhaseName): Promise<PhaseEnd> {
    try {
      await this.#perform(phase);
      return { phase, status: "SUCCEEDED", statusCode: "", message: "" };
    } catch (error) {
      const stopped = this.#limit.signal.aborted && phase !== "FINALIZING";
      return stopped
        ? { phase, status: this.#limit.ending(), statusCode: "", message: "" }
        : failedPhase(phase, error);
    }
  }

  async #perform(phase: BuildPhaseName): Promise<void> {
    const { job, tools, log, signal } = this.#context;
    switch (phase) {
      case "SUBMITTED":
      case "QUEUED":
      case "COMPLETED":
        return;
      case "PROVISIONING":
        await provisionProject(this.#context);
        this.#role = await untilAborted(roleVariables(job, { ...tools, signal }, log), signal);
        return;
      case "DOWNLOAD_SOURCE":
        this.#prepared = await untilAborted(prepareProject(this.#context, this.#role), signal);
        return;
      case "INSTALL":
      case "PRE_BUILD":
      case "BUILD":
      case "POST_BUILD":
        return await this.#runCommands(phase);
      case "UPLOAD_ARTIFACTS":
        return await untilAborted(this.#upload(), signal);
      case "FINALIZING":
        return await this.#endCommands();
    }
  }

  async #runCommands(phase: BuildPhaseName): Promise<void> {
    const { log, sandbox, signal, tools } = this.#context;
    const { buildspec, session, output } = this.#ready();
    log.line(`Entering phase ${phase}`);
    const spec = buildspec.phases.get(commandPhase(phase) ?? "build");
    if (spec === undefined) return;
    await session.runAs(await userFor(spec.runAs, sandbox, log));
    // A container has the runtimes of its image, which know nothing of the worker's.
    const runtimes = {
      runtimes: sandbox.onHost ? tools.runtimes : NO_RUNTIMES,
      usualPath: sandbox.path,
    };
    await selectRuntimes(spec.runtimeVersions, runtimes, session, log);
    const run = { session, log, output, signal, succeeding: this.#succeeding };
    try {
      await runPhase(spec, run);
    } finally {
      this.#succeeding = run.succeeding;
    }
  }

  async #upload(): Promise<void> {
    this.#context.log.line("Entering phase UPLOAD_ARTIFACTS");
    await this.#endCommands();
    await uploadProjectArtifacts(this.#context, this.#ready(), this.#pathValues ?? new Map());
  }

  /**
   * Reads what the build hands on, and ends its processes: before its files are collected, so that none of them can
   * put a link in a file's place meanwhile (P3.12, P3.18).
   */
  async #endCommands(): Promise<void> {
    const { sandbox, log, signal } = this.#context;
    if (this.#prepared === undefined || this.#pathValues !== undefined || signal.aborted) {
      return await sandbox.end();
    }
    const { buildspec, session, secretNames } = this.#prepared;
    const { artifacts, secondaryArtifacts } = buildspec;
    const specs = [...secondaryArtifacts.values(), ...(artifacts === undefined ? [] : [artifacts])];
    this.#exported = await readExported(buildspec.exportedVariables, secretNames, session, log);
    this.#pathValues = await session.variables(variablesOf(specs));
    this.#record.exported(this.#exported);
    await session.end();
  }

  #ready(): PreparedBuild {
    if (this.#prepared === undefined) throw new Error("a phase runs before the build is prepared");
    return this.#prepared;
  }

  #onFailure(phase: BuildPhaseName): OnFailure {
    const name = commandPhase(phase);
    const spec = name === undefined ? undefined : this.#prepared?.buildspec.phases.get(name);
    return spec?.onFailure ?? { kind: "default" };
  }
}

function commandPhase(phase: BuildPhaseName): PhaseName | undefined {
  return PHASES.find((name) => name.toUpperCase() === phase);
}
