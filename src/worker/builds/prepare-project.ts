import type { Buildspec } from "../buildspec/index.ts";
import { startCredentialHelper } from "../git/credential-helper.ts";
import type { CommandSession } from "../sandbox/index.ts";
import { logStream } from "./build-names.ts";
import { givenVariables } from "./build-variables.ts";
import { identityVariables, type Variables } from "./environment.ts";
import { locateBuildspec } from "./locate-buildspec.ts";
import { openSession } from "./open-session.ts";
import { type ProjectContext, primaryInput } from "./project-context.ts";
import { proxyVariables } from "./proxy-variables.ts";
import { readBuildspec, sayPhases } from "./read-buildspec.ts";
import { RecentOutput } from "./recent-output.ts";
import { resolveVariables } from "./resolve-variables.ts";
import { withRole } from "./role-variables.ts";
import { asCommandsSee, fetchSources } from "./sources.ts";
import { transferFile } from "./transfer-file.ts";

/** A build that is ready to run its commands. */
export interface PreparedBuild {
  readonly buildspec: Buildspec;
  /** CODEBUILD_SRC_DIR. */
  readonly folder: string;
  readonly session: CommandSession;
  /** Variables that came from a secret store. */
  readonly secretNames: ReadonlySet<string>;
  readonly output: RecentOutput;
}

/**
 * DOWNLOAD_SOURCE: inputs, buildspec, variables, with the marker lines of P11.3.
 *
 * @param role what gives AWS's clients in the build their keys
 * @throws PhaseFailure, ProviderError
 */
export async function prepareProject(context: ProjectContext, role: Variables): Promise<PreparedBuild> {
  const { job, tools, started, request, sandbox, log, startTime, signal } = context;
  const { project } = started;
  log.line("Waiting for DOWNLOAD_SOURCE");
  log.line("Phase is DOWNLOAD_SOURCE");
  const sources = await fetchSources(
    job,
    { ...tools, signal },
    {
      output: sandbox.folders.output,
      primary: primaryInput(context)?.name,
      cloneDepth: project.gitCloneDepth,
      submodules: started.submodules,
    },
  );
  const seen = asCommandsSee(sources, sandbox);
  log.line(`CODEBUILD_SRC_DIR=${seen.folder}`);
  const located = await locateBuildspec(
    request.buildspecOverride ?? project.buildspec,
    { path: sources.folder, shown: seen.folder },
    tools.artifacts,
    transferFile(tools, "buildspec"),
  );
  log.line(`YAML location is ${located.location}`);
  log.line("Processing environment variables");
  const buildspec = readBuildspec(located, log);
  const identity = identityVariables(
    job,
    {
      buildId: started.buildId,
      buildArn: started.buildArn,
      buildNumber: started.buildNumber,
      image: project.image,
      kmsKeyId: project.encryptionKey,
      logPath: logStream(started),
      projectUuid: project.uuid,
      startTime,
    },
    seen,
  );
  const given = givenVariables(buildspec, [project.environmentVariables, request.variables], log);
  const resolved = await resolveVariables(job, given, { ...tools, signal });
  const output = new RecentOutput();
  const ofGit = buildspec.gitCredentialHelper ? await offerGitCredentials(context) : {};
  const ofOperator = { ...proxyVariables(job, tools), ...identity, ...ofGit };
  const environment = { ...ofOperator, ...withRole(role, resolved.environment, log) };
  const session = openSession(sandbox, { buildspec, folder: sources.folder, environment, log, output });
  log.line(`Moving to directory ${seen.folder}`);
  sayPhases(buildspec, log);
  return { buildspec, folder: sources.folder, session, secretNames: resolved.secretNames, output };
}

/** `git-credential-helper: yes`: git in the build may fetch the repositories that its inputs came from (P3.5). */
async function offerGitCredentials({
  job,
  tools,
  sandbox,
  log,
  cleanUp,
}: ProjectContext): Promise<Variables> {
  const helper = await startCredentialHelper({
    folder: sandbox.folders.shell,
    seenAs: sandbox.inside(sandbox.folders.shell),
    publicUrl: job.publicUrl,
    async credentials() {
      const credentials = await tools.client.cloneCredentials(job.id);
      tools.log.addSecrets([credentials.secretAccessKey, credentials.sessionToken]);
      return credentials;
    },
    onFailure: (error) =>
      log.line(
        `[Millrace] git gets no credentials: ${error instanceof Error ? error.message : String(error)}`,
      ),
  });
  return cleanUp.use(helper).environment;
}
