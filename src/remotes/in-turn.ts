/** Lets the jobs of a process take turns at something that they share, by its name. */
const tails = new Map<string, Promise<unknown>>();

/** Runs `work` when all that was given earlier under the same name has ended, well or badly. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = tails.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  const tail = mine.catch(() => undefined);
  tails.set(name, tail);
  try {
    return await mine;
  } finally {
    if (tails.get(name) === tail) {
      tails.delete(name);
    }
  }
}
