import { setTimeout as sleep } from "node:timers/promises";
import { clientConfig, clientOptions } from "./client-config.ts";
import { command } from "./command.ts";
import { followLog, type LoggedAction, listLoggedActions, readLog } from "./log-client.ts";
import { UsageError } from "./options.ts";
import { type Target, UnreachableError } from "./signed-fetch.ts";
import { forTerminal } from "./terminal-text.ts";

/** How often to look for actions that started meanwhile. */
const LOOK_EVERY_MS = 500;

/** `millrace logs EXECUTION`: what the actions of an execution printed, and with `--follow` what they print. */
export const logs = command({
  name: "logs",
  positionals: "EXECUTION",
  description: "Prints the logs of an execution's actions, in the order in which they started.",
  options: {
    ...clientOptions,
    action: { type: "string", value: "NAME", help: "Only this action's log." },
    follow: { type: "boolean", help: "Prints lines as they come, until the actions have ended." },
  },

  async run(options, [executionId, ...more]) {
    if (executionId === undefined) throw new UsageError("which execution? Give its id");
    if (more.length > 0) throw new UsageError(`'${more[0]}' is not understood: give one execution's id`);
    const target = await clientConfig(options);
    const wanted = async () => {
      const actions = await listLoggedActions(target, executionId);
      return options.action === undefined
        ? actions
        : actions.filter(({ action }) => action === options.action);
    };
    const actions = await wanted();
    if (actions.length === 0) throw new Error(nothingOf(executionId, options.action));
    if (options.follow) await follow(target, wanted);
    else for (const action of actions) await print(target, action);
    return 0;
  },
});

async function print(target: Target, action: LoggedAction): Promise<void> {
  const log = forTerminal(await readLog(target, action.actionExecutionId));
  process.stdout.write(`── ${title(action)} (${action.status})\n${log}`);
}

/** Follows every action as it starts; ends when none is in progress and none has started since. */
async function follow(target: Target, wanted: () => Promise<readonly LoggedAction[]>): Promise<void> {
  const following = new Map<string, Promise<void>>();
  for (;;) {
    const actions = await persistently(wanted);
    for (const action of actions) {
      if (!following.has(action.actionExecutionId))
        following.set(action.actionExecutionId, copy(target, action));
    }
    if (actions.every(({ status }) => status !== "InProgress")) break;
    await Promise.race([Promise.all(following.values()), sleep(LOOK_EVERY_MS)]);
  }
  await Promise.all(following.values());
}

/** Goes on when the server is back, as each log's stream does. */
async function persistently<T>(look: () => Promise<T>): Promise<T> {
  for (let told = false; ; told = true) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      if (!told) process.stderr.write(`millrace: ${error.message}; trying again\n`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

async function copy(target: Target, action: LoggedAction): Promise<void> {
  for await (const { text } of followLog(target, action.actionExecutionId, new AbortController().signal)) {
    process.stdout.write(`${title(action)} │ ${forTerminal(text)}\n`);
  }
}

function title({ stage, action, attempt }: LoggedAction): string {
  return attempt === 1 ? `${stage}/${action}` : `${stage}/${action} #${attempt}`;
}

function nothingOf(executionId: string, action: string | undefined): string {
  const what = action === undefined ? "no action" : `no action named '${action}'`;
  return `${what} of execution ${executionId} has started; millrace logs takes an execution's id`;
}
