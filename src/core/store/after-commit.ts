/** What is to happen once a transaction is durable: wake-ups, which must never tell of rows that may yet vanish. */
import type { Tx } from "./store.ts";

const hooks = new WeakMap<Tx, (() => void)[]>();

/**
 * Runs `hook` after `tx` was committed and before its caller is answered; never when it is rolled back.
 * @param hook must not throw
 */
export function afterCommit(tx: Tx, hook: () => void): void {
  const known = hooks.get(tx);
  if (known === undefined) hooks.set(tx, [hook]);
  else known.push(hook);
}

/** Called by the two stores after the commit of `tx`. */
export function committed(tx: Tx): void {
  for (const hook of hooks.get(tx) ?? []) hook();
  hooks.delete(tx);
}
