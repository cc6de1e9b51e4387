/** Run as a process of its own: commits pairs of rows from 16 callers and prints each pair once it is acknowledged. */
import { writeSync } from "node:fs";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";

const [place = "", run = ""] = process.argv.slice(2);
const store = await openStore(JSON.parse(place) as StorePlace);

async function call(caller: number): Promise<void> {
  for (let index = 0; ; index++) {
    const key = `${run}/${caller}/${index}`;
    await store.transaction(async (tx) => {
      await tx.insertInto("tag").values({ resource: "first", key, value: "" }).execute();
      await tx.insertInto("tag").values({ resource: "second", key, value: "" }).execute();
    });
    writeSync(1, `${key}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, caller) => call(caller)));
