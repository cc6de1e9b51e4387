import { type ReplayedStep, replayExecution, type Verdict } from "../server/open-replay.ts";
import { command } from "./command.ts";
import { UsageError } from "./options.ts";
import { forTerminal } from "./terminal-text.ts";

/** `millrace replay EXECUTION`: how an execution came to its state, and whether the engine would decide so again. */
export const replay = command({
  name: "replay",
  positionals: "EXECUTION",
  description:
    "Prints how an execution came to its state, command by command, from what is stored, and verifies that the engine,\n" +
    "run again over all commands on its pipeline, agrees with it. Works on the data directory or database itself; a\n" +
    "server may run meanwhile. Ends with 1 when something disagrees.",
  options: {
    json: { type: "boolean", help: "Prints JSON." },
    "data-dir": { type: "string", value: "FOLDER", default: "./.millrace", help: "Of the server." },
    "database-url": { type: "string", value: "URL", help: "postgres://… where the server has one." },
  },

  async run(options, [executionId, ...more]) {
    if (executionId === undefined || more.length > 0) throw new UsageError("give one execution's id");
    const databaseUrl = options["database-url"];
    const secretKey = process.env.MILLRACE_SECRET_KEY;
    const replayed = await replayExecution(
      {
        dataDir: options["data-dir"],
        ...(databaseUrl !== undefined && { databaseUrl }),
        ...(secretKey !== undefined && { secretKey }),
      },
      executionId,
    );
    if (replayed === undefined)
      throw new Error(`there is no execution ${executionId} of a pipeline that is still there`);
    const { steps, verdict } = replayed;
    process.stdout.write(
      options.json
        ? `${JSON.stringify(replayed, undefined, 2)}\n`
        : `${steps.map(stepText).join("")}${verdictText(verdict)}\n`,
    );
    return verdict.kind === "agrees" ? 0 : 1;
  },
});

function stepText({ at, command: text, changes }: ReplayedStep): string {
  const lines = [
    `${new Date(at).toISOString()}  ${told(text)}`,
    ...changes.map((change) => `    ${told(change)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** What others wrote stands below its own line, whatever it holds: it passes for no other (attack A16). */
function told(text: string): string {
  return forTerminal(text).replaceAll("\n", "\n      ");
}

function verdictText(verdict: Verdict): string {
  if (verdict.kind === "agrees")
    return `The engine agrees: ${verdict.commands} commands on the pipeline, run again, give what is stored.`;
  const where = verdict.position === undefined ? "" : ` at command ${verdict.position}`;
  return `The engine disagrees${where}: ${told(verdict.why)}.`;
}
