/** Going on with an answer that is there already (SQLite) or comes later (PostgreSQL): without a promise where none is needed. */
import type { Soon } from "./store.ts";

export function soon<A, B>(value: Soon<A>, next: (value: A) => Soon<B>): Soon<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Takes a step for each item, one after the other. @throws what a step throws: at once, if none before it came later */
export function eachInTurn<T>(items: readonly T[], step: (item: T) => Soon<unknown>): Soon<void> {
  let taken = 0;
  for (const item of items) {
    taken += 1;
    const done = step(item);
    if (done instanceof Promise) return done.then(() => eachLater(items.slice(taken), step));
  }
}

async function eachLater<T>(items: readonly T[], step: (item: T) => Soon<unknown>): Promise<void> {
  for (const item of items) await step(item);
}

/** Takes steps one after the other. */
export function inTurn(...steps: readonly (() => Soon<unknown>)[]): Soon<void> {
  return eachInTurn(steps, (step) => step());
}
