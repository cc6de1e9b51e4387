import { clientConfig, clientOptions } from "./client-config.ts";
import { command } from "./command.ts";
import { UsageError } from "./options.ts";
import { signedGet, type Target } from "./signed-fetch.ts";
import { forTerminal } from "./terminal-text.ts";

interface Explanation {
  readonly pipeline: string;
  readonly version: number;
  readonly reasons: readonly Reason[];
  readonly executions: readonly {
    readonly executionId: string;
    readonly status: string;
    readonly version: number;
    readonly started: string;
    readonly reasons: readonly Reason[];
  }[];
}

interface Reason {
  readonly text: string;
  readonly command?: string;
}

const EXECUTION = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `millrace explain PIPELINE|EXECUTION`: why it isn't moving. */
export const explain = command({
  name: "explain",
  positionals: "PIPELINE | EXECUTION",
  description:
    "Says in plain words why a pipeline or an execution is where it is: what it waits for, since when, what will move\n" +
    "it, or why it ended.",
  options: {
    ...clientOptions,
    json: { type: "boolean", help: "Prints the server's JSON." },
  },

  async run(options, [what, ...more]) {
    if (what === undefined || more.length > 0)
      throw new UsageError("give the name of one pipeline, or the id of one execution");
    const explanation = await ask(await clientConfig(options), what);
    process.stdout.write(
      options.json ? `${JSON.stringify(explanation, undefined, 2)}\n` : textOf(explanation),
    );
    return 0;
  },
});

/** A pipeline may have a name that looks like an execution's id: then it counts where there is no such execution. */
async function ask(target: Target, what: string): Promise<Explanation> {
  const kinds = EXECUTION.test(what) ? ["execution", "pipeline"] : ["pipeline"];
  let missing = "";
  for (const kind of kinds) {
    const response = await signedGet(target, `/explain?${kind}=${encodeURIComponent(what)}`, {
      accept: "application/json",
    });
    const body = (await response.json()) as Explanation & { readonly message?: string };
    if (response.ok) return body;
    if (response.status !== 404)
      throw new Error(`the server answered ${response.status}: ${body.message ?? ""}`);
    missing ||= body.message ?? "";
  }
  throw new Error(missing);
}

function textOf({ pipeline, version, reasons, executions }: Explanation): string {
  return [
    `Pipeline ${pipeline}, version ${version}`,
    ...reasons.map(line),
    ...executions.flatMap((execution) => [
      "",
      `Execution ${execution.executionId}: ${execution.status}, version ${execution.version}, started ${execution.started}`,
      ...execution.reasons.map(line),
    ]),
    "",
  ].join("\n");
}

/** What others wrote stands below its own line, whatever it holds: it passes for no other (attack A16). */
function line({ text, command }: Reason): string {
  const lines = [text, ...(command === undefined ? [] : [`$ ${command}`])].join("\n");
  return `  - ${forTerminal(lines).replaceAll("\n", "\n    ")}`;
}
