/** `npm run simulate -- --seed N --steps M`: random histories, judged step by step by a model of semantics.md. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openStore, type StorePlace } from "../src/core/store/open.ts";
import type { Store } from "../src/core/store/store.ts";
import { installFaults } from "./faults.ts";
import { hunt, shorten } from "./hunt.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    steps: { type: "string", default: "20000" },
    /** The most steps of one history. */
    length: { type: "string", default: "300" },
    "database-url": { type: "string" },
  },
});
const firstSeed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const length = Number(values.length);
const wanted = Number(values.steps);
for (const [name, value] of Object.entries({ seed: firstSeed, length, steps: wanted })) {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} must be a whole number`);
}

installFaults();
const begun = performance.now();
await withStore(values["database-url"], async (store) => {
  const { histories, steps, failure } = await hunt(store, firstSeed, length, (taken) => {
    if (taken > 0 && process.stderr.isTTY) process.stderr.write(`\r${taken} steps`);
    return taken < wanted;
  });
  const seconds = (performance.now() - begun) / 1000;
  const rate = Math.round(steps / seconds);
  console.log(
    `${store.dialect}: ${histories} histories from seed ${firstSeed}, ${steps} steps, ${rate} a second`,
  );
  if (failure === undefined) return;
  process.exitCode = 1;
  console.log(`seed ${failure.seed} fails:`, failure.error);
  const shortest = await shorten(failure.seed, length, (use) => withStore(undefined, use));
  if (shortest === undefined) console.log("it does not fail again on an empty SQLite database");
  else console.log(`the shortest history that shows it:\n${JSON.stringify(shortest.plan)}\n`, shortest.error);
});

async function withStore(
  databaseUrl: string | undefined,
  use: (store: Store) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-simulate-"));
  const place: StorePlace = databaseUrl === undefined ? { dataDir } : { databaseUrl };
  try {
    const store = await openStore(place);
    await use(store).finally(() => store.close());
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
