import type { Job, JobArtifact } from "../protocol.ts";
import { type Outcome, ProviderError, type Tools } from "../provider.ts";
import type { CommandSession, JobSandbox } from "../sandbox/index.ts";
import { BuildLog } from "./build-log.ts";
import { commandsLinks } from "./build-names.ts";
import { givenVariables } from "./build-variables.ts";
import { collectFiles } from "./collect/collect.ts";
import { expandReferences } from "./command-references.ts";
import { identityVariables } from "./environment.ts";
import { checkExportedSize, readExported } from "./exported-variables.ts";
import { openJobSandbox, provision, unmetSetting } from "./job-sandbox.ts";
import { openSession } from "./open-session.ts";
import { PhaseFailure } from "./phase-failure.ts";
import { choosePlace } from "./place.ts";
import { proxyVariables } from "./proxy-variables.ts";
import { RecentOutput } from "./recent-output.ts";
import { type ResolvedVariables, resolveVariables } from "./resolve-variables.ts";
import { roleVariables, withRole } from "./role-variables.ts";
import { type FailedCommand, runCommands } from "./run-commands.ts";
import { asCommandsSee, fetchSources } from "./sources.ts";
import { uploadArtifact } from "./upload-artifact.ts";

const BUILDSPEC = { version: "0.2", shell: "/bin/sh" } as const;
const NO_BUILDSPEC_VARIABLES = { variables: new Map(), parameterStore: new Map(), secretsManager: new Map() };
/** What AWS runs them in (inferred): where commands have containers, `images.*` says what it is. */
const IMAGE = "aws/codebuild/amazonlinux2-x86_64-standard:5.0";
const COMPUTE_TYPE = "BUILD_GENERAL1_SMALL";
const TAIL_LINES = 5;
const TAIL_CHARACTERS = 1_000;

/**
 * Runs the commands of a Commands action in one shell; the first that fails ends it (P4.1 to P4.9).
 *
 * @throws ProviderError when something fails that is no command
 */
export async function runCommandsAction(job: Job, tools: Tools): Promise<Outcome> {
  const place = await choosePlace(IMAGE, job, tools.sandbox);
  const unmet = unmetSetting(job, tools.sandbox, place);
  if (unmet !== undefined) throw new ProviderError("ConfigurationError", unmet);
  if (place.kind === "refused")
    throw new ProviderError(
      "ConfigurationError",
      `commands run in ${IMAGE}, which is not supported by this worker: ${place.reason}`,
    );
  const { ComputeType: computeType = COMPUTE_TYPE } = job.configuration;
  const sandbox = openJobSandbox(job, tools, { place, computeType, privileged: false });
  try {
    return await new CommandsAction(job, tools, sandbox).run();
  } catch (error) {
    if (error instanceof PhaseFailure) throw new ProviderError("JobFailed", error.message);
    throw error;
  } finally {
    await sandbox.end();
  }
}

interface PreparedCommands extends Pick<ResolvedVariables, "secretNames"> {
  readonly session: CommandSession;
  readonly commands: readonly string[];
  readonly folder: string;
}

class CommandsAction {
  readonly #job: Job;
  readonly #tools: Tools;
  readonly #sandbox: JobSandbox;
  readonly #log: BuildLog;
  readonly #buildId: string;

  constructor(job: Job, tools: Tools, sandbox: JobSandbox) {
    this.#job = job;
    this.#tools = tools;
    this.#sandbox = sandbox;
    this.#log = new BuildLog(tools.log);
    this.#buildId = `${job.pipeline.pipelineName}-${job.pipeline.action}:${tools.newId()}`;
  }

  async run(): Promise<Outcome> {
    const { signal, workerId } = this.#tools;
    this.#log.line(`Running on Millrace worker ${workerId} (${this.#sandbox.executor})`);
    this.#log.line(this.#sandbox.description);
    await this.#provision();
    const { session, commands, folder, secretNames } = await this.#prepare();
    const [failed] = await Promise.all([runCommands(commands, session, this.#log, signal), this.#tell()]);
    if (failed !== undefined) return this.#failed(failed);
    const variables = await readExported(this.#job.outputVariables ?? [], secretNames, session, this.#log);
    checkExportedSize(variables);
    this.#log.hurry();
    await session.end();
    for (const output of this.#job.outputArtifacts) await this.#upload(output, folder);
    return {
      kind: "done",
      externalExecutionId: this.#buildId,
      ...(variables.size === 0 ? {} : { outputVariables: Object.fromEntries(variables) }),
    };
  }

  async #provision(): Promise<void> {
    const { ComputeType: computeType = COMPUTE_TYPE } = this.#job.configuration;
    await provision(this.#sandbox, { computeType }, this.#tools.signal, this.#log);
  }

  /** Only shown: the commands run without it, too. */
  async #tell(): Promise<void> {
    const links = commandsLinks(this.#job, this.#buildId);
    await this.#tools.client.progress(this.#job.id, links).catch(() => undefined);
  }

  async #prepare(): Promise<PreparedCommands> {
    const { pipeline, commands: texts = [], environmentVariables = [] } = this.#job;
    const role = await roleVariables(this.#job, this.#tools, this.#log);
    const { commands, variables } = expandReferences(texts, pipeline.action);
    const sources = await fetchSources(this.#job, this.#tools, { output: this.#sandbox.folders.output });
    const identity = identityVariables(
      this.#job,
      { buildId: this.#buildId, logPath: pipeline.actionExecutionId, startTime: this.#tools.now() },
      asCommandsSee(sources, this.#sandbox),
    );
    const given = givenVariables(NO_BUILDSPEC_VARIABLES, [environmentVariables], this.#log);
    const { environment, secretNames } = await resolveVariables(this.#job, given, this.#tools);
    const session = openSession(this.#sandbox, {
      buildspec: BUILDSPEC,
      folder: sources.folder,
      environment: {
        ...proxyVariables(this.#job, this.#tools),
        ...identity,
        ...withRole(role, environment, this.#log),
        ...variables,
      },
      log: this.#log,
      output: new RecentOutput(),
    });
    return { session, commands, folder: sources.folder, secretNames };
  }

  async #upload(output: JobArtifact, folder: string): Promise<void> {
    const files = await this.#collect(output, folder);
    await uploadArtifact(output, files, this.#tools, { metadata: {}, withDigest: false });
  }

  /** P4.4: what `files` names; without it, everything below the first folder. */
  async #collect(output: JobArtifact, sourceFolder: string) {
    const spec = {
      files: output.files ?? ["**/*"],
      excludePaths: [],
      discardPaths: false,
      enableSymlinks: false,
    };
    try {
      return await collectFiles(spec, { sourceFolder, sandbox: this.#sandbox, log: this.#log });
    } catch (error) {
      if (!(error instanceof PhaseFailure)) throw error;
      throw new ProviderError("JobFailed", `${error.message} for output artifact ${output.name}`);
    }
  }

  /** P4.9. */
  #failed({ command, reason }: FailedCommand): Outcome {
    const tail = this.#tools.log.tail(TAIL_LINES).join("\n");
    const shown = tail.length > TAIL_CHARACTERS ? `…${tail.slice(-(TAIL_CHARACTERS - 1))}` : tail;
    return {
      kind: "failed",
      type: "JobFailed",
      message: `Command failed: ${command}. Reason: ${reason}${shown === "" ? "" : ` (${shown})`}`,
      externalExecutionId: this.#buildId,
    };
  }
}
