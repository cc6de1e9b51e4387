/** Run as a process of its own: writes objects without end, several at once, and prints each that is acknowledged. */
import { randomBytes, randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { createArtifacts } from "../../src/core/artifacts/index.ts";
import { openStore, type StorePlace } from "../../src/core/store/open.ts";

const { place, dataDir, run } = JSON.parse(process.argv[2] ?? "") as {
  place: StorePlace;
  dataDir: string;
  run: number;
};
const store = await openStore(place);
const ambient = { now: () => Date.now(), newId: () => randomUUID(), randomBytes };
const { objects, uploads } = createArtifacts({ store, dataDir, ambient });
const attributes = { headers: {}, metadata: {} };
const options = { written: async () => undefined };

function content(text: string) {
  async function* bytes() {
    for (let count = 0; count < 20; count++) yield Buffer.from(text.repeat(500));
  }
  return { bytes: bytes(), sha256: false, verify: () => undefined };
}

/** Each lane writes its own keys and one that all fight for; every third object is made of an upload. */
async function lane(number: number): Promise<never> {
  for (let count = 0; ; count++) {
    const key = `${run}/${number}/${count}`;
    const place = { bucket: "things", key };
    if (count % 3 === 2) {
      const upload = await uploads.create(place, attributes);
      const part = await uploads.putPart(upload, 1, content(key));
      await uploads.complete(upload, [part], options);
    } else {
      await objects.put(place, attributes, content(key), options);
    }
    writeSync(1, `${key}\n`);
    await objects.put({ bucket: "things", key: "contended" }, attributes, content(key), options);
  }
}

await Promise.all([0, 1, 2, 3].map(lane));
