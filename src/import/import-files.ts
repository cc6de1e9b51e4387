/** The whole of an import: read → plan → say → apply. */
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { presentConnections } from "./connections.ts";
import { load } from "./load.ts";
import { applySteps, planImport } from "./plan/index.ts";
import { type ImportServer, importServer, type Target } from "./plan/server.ts";
import { ImportProblem } from "./problem.ts";
import { details, headline, skippedLines, summary } from "./render.ts";
import { Secrets } from "./secrets.ts";

export interface ImportOptions {
  readonly files: readonly string[];
  readonly dryRun: boolean;
  /** For a template that has no stack's name from a cloud assembly; its file's name if not given. */
  readonly stackName: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** By parameter, or by what stands between `resolve:` and the braces of a dynamic reference. Never said. */
  readonly secretValues: Readonly<Record<string, string>>;
  /** Secrets are sent again though the server's can't be compared with them. */
  readonly renewsSecrets: boolean;
}

/**
 * @param say told line by line what is to be done, was done, and has no effect
 * @throws ImportProblem, before anything is changed, with everything that can't work; or when a step failed after all,
 * which it names
 */
export async function importFiles(
  options: ImportOptions,
  target: Target,
  say: (line: string) => void,
): Promise<void> {
  const secrets = new Secrets();
  const tell = (line: string) => say(secrets.hide(line));
  using server = importServer(target);
  try {
    const account = await accountOf(server, target.region);
    const { region, endpoint } = target;
    const { desired, skipped, notes } = await load({
      ...options,
      secrets,
      account,
      region,
      endpoint,
      connectionsIn: presentConnections(server),
    });
    const steps = await planImport(desired, server, { account, renewsSecrets: options.renewsSecrets });
    if (options.dryRun) steps.flatMap(details).forEach(tell);
    else await applySteps(steps, (step) => tell(headline(step)));
    skippedLines(skipped).forEach(tell);
    for (const note of notes) tell(`note: ${note}`);
    tell(`${options.dryRun ? "dry run: " : ""}${summary(steps, skipped.length)}`);
  } catch (error) {
    throw error instanceof ImportProblem ? new ImportProblem(secrets.hide(error.message)) : error;
  }
}

async function accountOf(server: ImportServer, region: string): Promise<string> {
  const { Account = "" } = await server.region(region).sts.send(new GetCallerIdentityCommand({}));
  return Account;
}
