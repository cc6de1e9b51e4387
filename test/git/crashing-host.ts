/**
 * Run as a process of its own: a git host with real pipelines behind it, that kills itself at a chosen moment. Prints
 * its port once it has recovered.
 */
import { writeSync } from "node:fs";
import { createAccess } from "../../src/core/access/index.ts";
import { createCommands } from "../../src/core/commands/index.ts";
import type { CoreSettings } from "../../src/core/core.ts";
import { createRepositories, type Repositories } from "../../src/core/repositories/index.ts";
import { createSources } from "../../src/core/sources/index.ts";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { ambient, root, scope } from "./host.ts";
import { listen } from "./listener.ts";
import { catalogue } from "./pipeline.ts";

export type Moment =
  | { readonly at: "never" }
  /** Of its n-th transaction since it was ready. */
  | { readonly at: "before commit" | "after commit"; readonly transaction: number }
  /** git has all that it needs, and lives on. */
  | { readonly at: "uploaded" };

interface Instructions {
  readonly place: StorePlace;
  readonly dataDir: string;
  readonly moment: Moment;
}

const { place, dataDir, moment } = JSON.parse(process.argv[2] ?? "") as Instructions;
const die = () => process.kill(process.pid, "SIGKILL");
let ready = false;

const store = mortal(await openStore(place));
const commands = createCommands({
  store,
  ambient,
  catalogue,
  maxConcurrentExecutions: 50,
});
const { branchMoved } = createSources({ commands, ambient });
const repositories = mortalGit(await createRepositories({ store, ambient, dataDir, branchMoved }));
const problems = await repositories.recover();
if (problems.size > 0) throw new AggregateError(problems.values());
const access = createAccess({
  ambient,
  account: scope.account,
  root,
  secret: new Uint8Array(32),
  allowAnyCredentials: false,
  jobIsOpen: async () => true,
});
const settings = { defaultRegion: scope.region } as CoreSettings;
const { port } = await listen({ store, access, repositories, settings, ambient });
ready = true;
writeSync(1, `${port}\n`);

/** The store, but for the one transaction that it doesn't survive. */
function mortal(inner: Store): Store {
  let count = 0;
  return {
    ...inner,
    async transaction(work) {
      if (!ready) return inner.transaction(work);
      count += 1;
      const last = "transaction" in moment && moment.transaction === count;
      const result = await inner.transaction(async (tx) => {
        const done = await work(tx);
        if (last && moment.at === "before commit") die();
        return done;
      });
      if (last && moment.at === "after commit") die();
      return result;
    },
  };
}

function mortalGit(inner: Repositories): Repositories {
  return {
    ...inner,
    serve(repository, options) {
      const child = inner.serve(repository, options);
      if (moment.at === "uploaded" && options.service === "receive-pack" && !options.advertise) {
        child.stdin.on("finish", die);
      }
      return child;
    },
  };
}
