/** The command line: finds the command, reads its options, runs it, and ends with its exit code. */
import { ConfigurationError } from "../server/configuration-error.ts";
import { version } from "../server/version.ts";
import type { Command } from "./command.ts";
import { helpOf, overview } from "./help.ts";
import { flagOf, readOptions, UsageError } from "./options.ts";

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Loaded when it is asked for: a command needn't wait for what others need. */
  load(): Promise<Command>;
}

const commands: readonly Entry[] = [
  {
    name: "start",
    summary: "Starts a server.",
    load: async () => (await import("./start.ts")).start,
  },
  {
    name: "worker",
    summary: "Takes jobs of the built-in action types from a server, on any host.",
    load: async () => (await import("./worker.ts")).worker,
  },
  {
    name: "demo",
    summary: "Shows the main job, end to end: this repository, delivered.",
    load: async () => (await import("./demo.ts")).demo,
  },
  {
    name: "import",
    summary: "Makes pipelines from declarations, CloudFormation templates and CDK assemblies.",
    load: async () => (await import("./import.ts")).importing,
  },
  {
    name: "env",
    summary: "Prints the variables by which AWS clients call the server on this host.",
    load: async () => (await import("./env.ts")).env,
  },
  {
    name: "repository",
    summary: "Makes a hosted git repository to push to.",
    load: async () => (await import("./repository.ts")).repository,
  },
  {
    name: "secret",
    summary: "Keeps secrets for builds: set, list, remove.",
    load: async () => (await import("./secret.ts")).secret,
  },
  {
    name: "connection",
    summary: "Gives connections to git hosts their tokens and webhooks: list, complete, webhook.",
    load: async () => (await import("./connection.ts")).connection,
  },
  {
    name: "host",
    summary: "Sees that a git host of one's own answers: complete.",
    load: async () => (await import("./host.ts")).host,
  },
  {
    name: "events",
    summary: "Says where state changes are sent: add, list, remove.",
    load: async () => (await import("./events.ts")).events,
  },
  {
    name: "explain",
    summary: "Says why a pipeline or an execution isn't moving.",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "user",
    summary: "Keeps users and their keys: create, list, update, disable, enable, rotate, remove.",
    load: async () => (await import("./user.ts")).user,
  },
  {
    name: "role",
    summary: "Keeps roles that users can take: create, list, update, remove.",
    load: async () => (await import("./role.ts")).role,
  },
  {
    name: "replay",
    summary: "Prints how an execution came to its state, and verifies it.",
    load: async () => (await import("./replay.ts")).replay,
  },
  {
    name: "logs",
    summary: "Prints or follows the logs of an execution.",
    load: async () => (await import("./logs.ts")).logs,
  },
];

// A reader that has seen enough (`millrace logs … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === "--version" || name === "-v") return say(`${version}\n`);
  if (name === undefined || name === "help" || name === "--help" || name === "-h")
    return say(overview(version, commands));
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) return complain(2, `there is no command '${name}'; millrace --help lists them`);
  try {
    return await run(await entry.load(), args);
  } catch (error) {
    if (error instanceof UsageError)
      return complain(2, `${error.message}. millrace ${name} --help lists the options`);
    if (error instanceof ConfigurationError)
      // A setting names itself: it needn't come from the command line.
      return complain(
        2,
        error.option === "settings" ? error.message : `--${flagOf(error.option)}: ${error.message}`,
      );
    return complain(1, error instanceof Error ? error.message : String(error));
  }
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) return say(helpOf(command));
  const { options, positionals } = readOptions(command.options, args, process.env);
  if (positionals.length > 0 && command.positionals === undefined)
    throw new UsageError(`'${positionals[0]}' is not understood: the command takes options only`);
  return command.run(options as never, positionals);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** The message may hold what others wrote, a server's answer or a file. */
async function complain(code: number, message: string): Promise<number> {
  const { forTerminal } = await import("./terminal-text.ts");
  process.stderr.write(`millrace: ${forTerminal(message)}\n`);
  return code;
}
