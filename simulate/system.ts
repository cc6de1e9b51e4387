/** What is simulated: the real store, engine, commands and job keeper, in a time and with ids that the seed decides. */
import { createAccess } from "../src/core/access/index.ts";
import type { Access } from "../src/core/access/types.ts";
import { type BuiltInActionType, createCatalogue } from "../src/core/catalogue.ts";
import { createCommands } from "../src/core/commands/index.ts";
import type { Commands } from "../src/core/commands/types.ts";
import { createJobs } from "../src/core/jobs/index.ts";
import type { Jobs } from "../src/core/jobs/types.ts";
import type { Store } from "../src/core/store/store.ts";
import { BUILT_IN } from "./pipelines/types.ts";
import { Random } from "./random.ts";

/** Few enough to be reached (E2.12). */
export const LIMIT = 4;

export class System {
  readonly store: Store;
  now = Date.UTC(2026, 0, 5, 10);
  random = new Random(0);
  /** Requests that weren't refused, and so may have changed something. */
  heeded = 0;
  commands: Commands;
  jobs: Jobs;
  readonly #access: Access;
  readonly #ambient;
  readonly #catalogue = createCatalogue(BUILT_IN satisfies readonly BuiltInActionType[]);

  constructor(store: Store) {
    // Nobody listens, and on PostgreSQL a word that a fault keeps from being sent costs its connection.
    this.store = { ...store, announce: () => undefined };
    this.#ambient = {
      now: () => this.now,
      newId: () => this.random.id(),
      randomBytes: (size: number) => this.random.bytes(size),
    };
    this.#access = createAccess({
      ambient: this.#ambient,
      account: "000000000000",
      root: { accessKeyId: "AKIASIMULATE", secretAccessKey: "simulate" },
      secret: new Uint8Array(32),
      allowAnyCredentials: false,
      jobIsOpen: async () => true,
    } as Parameters<typeof createAccess>[0]);
    this.commands = this.#newCommands();
    this.jobs = this.#newJobs();
  }

  /** A new process on the same database: whatever was in memory is gone. */
  restart(): void {
    this.commands = this.#newCommands();
    this.jobs = this.#newJobs();
  }

  #newCommands(): Commands {
    return createCommands({
      store: this.store,
      ambient: this.#ambient,
      catalogue: this.#catalogue,
      maxConcurrentExecutions: LIMIT,
    });
  }

  #newJobs(): Jobs {
    const { store, commands } = this;
    return createJobs({
      store,
      commands,
      ambient: this.#ambient,
      access: this.#access,
      catalogue: this.#catalogue,
      // No repository is hosted here.
      workerLost: async () => undefined,
      keepCommit: async () => undefined,
    });
  }
}
