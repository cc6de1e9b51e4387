/** What a start finds after a crash, and the looks that follow it (S6.13). */
import { setTimeout as sleep } from "node:timers/promises";
import { repositoriesWithIntents } from "../store/pushes.ts";
import { allRepositoryRows } from "../store/repositories.ts";
import { clearLeftovers } from "./leftovers.ts";
import type { Parts } from "./parts.ts";
import { INTENT_LIFE_MS, type Reconciled } from "./reconcile.ts";

const FIRST_LOOK_MS = 250;

/**
 * Looks at every repository, those with open intents first. A git process may outlive the server that ran it and move
 * a ref later: repositories with open intents are looked at again, ever less often, until none can come true.
 *
 * @param look reconciles one repository, in its turn
 * @returns what could not be looked at, by repository id
 */
export async function recover(
  parts: Parts,
  look: (repositoryId: string) => Promise<Reconciled | undefined>,
  signal: AbortSignal,
): Promise<Map<string, Error>> {
  const problems = new Map<string, Error>();
  const unsure = new Set<string>();
  const lookAt = async (id: string) => {
    try {
      if (parts.underWay.refsOf(id).size === 0) await clearLeftovers(parts.pathOf(id), parts.ambient.now());
      const found = await look(id);
      if (found !== undefined && found.open > 0) unsure.add(id);
      else unsure.delete(id);
    } catch (error) {
      problems.set(id, error instanceof Error ? error : new Error(String(error)));
    }
  };

  const interrupted = await repositoriesWithIntents(parts.store.read);
  const known = (await allRepositoryRows(parts.store.read)).map(({ id }) => id);
  for (const id of new Set([...interrupted, ...known])) {
    if (signal.aborted) return problems;
    await lookAt(id);
  }
  void lookAgain(unsure, lookAt, signal);
  return problems;
}

async function lookAgain(
  unsure: ReadonlySet<string>,
  lookAt: (id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const end = INTENT_LIFE_MS * 2;
  for (let wait = FIRST_LOOK_MS; unsure.size > 0 && wait < end; wait *= 2) {
    try {
      await sleep(wait, undefined, { signal, ref: false });
    } catch {
      return;
    }
    for (const id of [...unsure]) await lookAt(id);
  }
}
