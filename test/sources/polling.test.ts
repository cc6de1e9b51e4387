import { expect, test } from "vitest";
import { createCommands } from "../../src/core/commands/index.ts";
import type { NewVersion } from "../../src/core/commands/types.ts";
import { GitHubError } from "../../src/core/github/types.ts";
import { createPolling } from "../../src/core/sources/index.ts";
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

test("S5.6 what failed before an update doesn't put off the look that follows it", async () => {
  const store = await emptyStore();
  try {
    const commands = createCommands({ store, ambient, catalogue, maxConcurrentExecutions: 1 });
    const { name } = polled();
    await commands.createPipeline(scope, polled(), {}, []);
    let meanwhile: () => Promise<unknown> = () => commands.updatePipeline(scope, name, polled);
    let asked = 0;
    const failures: unknown[] = [];
    const polling = createPolling({
      store,
      ambient,
      access: { unseal: () => undefined },
      commands,
      gitHub: {
        async head() {
          asked += 1;
          await meanwhile();
          throw new GitHubError("notFound", 404);
        },
      },
      interval: 60_000,
      onFailure: (failure) => failures.push(failure),
    });
    await polling.poll();
    expect([asked, failures]).toEqual([1, []]);
    meanwhile = async () => undefined;
    await polling.poll();
    expect([asked, failures]).toMatchObject([2, [{ code: "ConfigurationError" }]]);
    await polling.poll();
    expect(asked).toBe(2);
  } finally {
    await store.close();
  }
});

test("S5.4 an update that comes before a look is claimed isn't put off by the look of the version before", async () => {
  const store = await emptyStore();
  try {
    const commands = createCommands({ store, ambient, catalogue, maxConcurrentExecutions: 1 });
    const { name } = polled();
    await commands.createPipeline(scope, polled(), {}, []);
    let meanwhile: () => Promise<unknown> = () => commands.updatePipeline(scope, name, polled);
    let asked = 0;
    const polling = createPolling({
      store: {
        ...store,
        async transaction(work) {
          await meanwhile();
          return store.transaction(work);
        },
      },
      ambient,
      access: { unseal: () => undefined },
      commands,
      gitHub: {
        async head() {
          asked += 1;
          return "0".repeat(40);
        },
      },
      interval: 60_000,
      onFailure: () => expect.unreachable(),
    });
    // Never polled, then made due by an update.
    for (const looks of [1, 2]) {
      meanwhile = () => commands.updatePipeline(scope, name, polled);
      await polling.poll();
      expect(asked).toBe(looks - 1);
      meanwhile = async () => undefined;
      await polling.poll();
      expect(asked).toBe(looks);
      await commands.updatePipeline(scope, name, polled);
    }
  } finally {
    await store.close();
  }
});
