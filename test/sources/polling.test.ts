import { expect, test } from "vitest";
import { createCommands } from "../../src/core/commands/index.ts";
import type { NewVersion } from "../../src/core/commands/types.ts";
import { GitHubError } from "../../src/core/github/types.ts";
import { createPolling, type PollingOptions } from "../../src/core/sources/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { ambient, scope } from "../git/host.ts";
import { catalogue, sourcePipeline } from "../git/pipeline.ts";
import { emptyStore } from "../support/store.ts";

/** Polls octo/shop. */
function polled(): NewVersion {
  const version = sourcePipeline("shop", "main");
  const [source, ...others] = version.definition.stages;
  const [action] = source!.actions;
  const configuration = { Owner: "octo", Repo: "shop", Branch: "main", OAuthToken: "t" };
  const stages = [{ ...source!, actions: [{ ...action!, configuration }] }, ...others];
  const place = { provider: "GitHub", container: "octo/shop", item: "main" } as const;
  return {
    ...version,
    definition: { ...version.definition, stages },
    bindings: [{ action: "Source", ...place, polls: true }],
  };
}

interface Polled {
  /** Makes the next version of the polled pipeline. */
  update(): Promise<unknown>;
  poll(): Promise<unknown>;
  readonly failures: unknown[];
}

/** @param changes to what it polls with */
async function polling(
  changes: (store: Store) => Partial<PollingOptions>,
  tried: (polled: Polled) => Promise<void>,
): Promise<void> {
  const store = await emptyStore();
  try {
    const commands = createCommands({ store, ambient, catalogue, maxConcurrentExecutions: 1 });
    await commands.createPipeline(scope, polled(), {}, []);
    const failures: unknown[] = [];
    const { poll } = createPolling({
      store,
      ambient,
      access: { unseal: () => undefined },
      commands,
      gitHub: { head: async () => "0".repeat(40) },
      interval: 60_000,
      onFailure: (failure) => failures.push(failure),
      ...changes(store),
    });
    await tried({ update: () => commands.updatePipeline(scope, polled().name, polled), poll, failures });
  } finally {
    await store.close();
  }
}

test("S5.6 what failed before an update doesn't put off the look that follows it", async () => {
  let meanwhile: () => Promise<unknown> = async () => undefined;
  let asked = 0;
  const head = async () => {
    asked += 1;
    await meanwhile();
    throw new GitHubError("notFound", 404);
  };
  await polling(
    () => ({ gitHub: { head } }),
    async ({ update, poll, failures }) => {
      meanwhile = update;
      await poll();
      expect([asked, failures]).toEqual([1, []]);
      meanwhile = async () => undefined;
      await poll();
      expect([asked, failures]).toMatchObject([2, [{ code: "ConfigurationError" }]]);
      await poll();
      expect(asked).toBe(2);
    },
  );
});

test("S5.4 an update that comes before a look is claimed isn't put off by the look of the version before", async () => {
  let meanwhile: () => Promise<unknown> = async () => undefined;
  let asked = 0;
  const head = async () => {
    asked += 1;
    return "0".repeat(40);
  };
  const claimedLate = (store: Store): Store => ({
    ...store,
    async transaction(work) {
      await meanwhile();
      return store.transaction(work);
    },
  });
  await polling(
    (store) => ({ store: claimedLate(store), gitHub: { head } }),
    async ({ update, poll }) => {
      // Never polled, then made due by an update.
      for (const looks of [1, 2]) {
        meanwhile = update;
        await poll();
        expect(asked).toBe(looks - 1);
        meanwhile = async () => undefined;
        await poll();
        expect(asked).toBe(looks);
        await update();
      }
    },
  );
});
