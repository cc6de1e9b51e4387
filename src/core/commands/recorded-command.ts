/** What is kept of a command: all that the engine was given beside the state, so that it can decide again (I37). */
import type { Command, Env } from "../engine/index.ts";

export interface RecordedCommand {
  readonly command: Command;
  /** The command's time, in epoch milliseconds. */
  readonly now: number;
  /** Ids and keys, in the order in which the engine took them. */
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  /** Live executions that were counted, and the most there may be, where the command may add one (E2.12). */
  readonly live?: number;
  readonly limit: number;
  /** Action types that the engine asked for and that didn't exist, by `typeKey`. */
  readonly missing?: readonly string[];
  /** Characters of the changed executions' states together: tells the first command that comes out otherwise. */
  readonly size: number;
}

export interface Recording {
  /** As the one that is recorded. */
  readonly env: Env;
  readonly ids: string[];
  readonly keys: string[];
  readonly missing: string[];
}

export function recording(env: Env): Recording {
  const ids: string[] = [];
  const keys: string[] = [];
  const missing: string[] = [];
  return {
    ids,
    keys,
    missing,
    env: {
      ...env,
      newId() {
        const id = env.newId();
        ids.push(id);
        return id;
      },
      newKey() {
        const key = env.newKey();
        keys.push(key);
        return key;
      },
      actionTypeExists(type) {
        const exists = env.actionTypeExists(type);
        if (!exists) missing.push(typeKey(type));
        return exists;
      },
    },
  };
}

export function typeKey({
  category,
  owner,
  provider,
  version,
}: Parameters<Env["actionTypeExists"]>[0]): string {
  return `${category}/${owner}/${provider}/${version}`;
}
