import { randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { openInstallation } from "../../src/server/open-installation.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";

const OTHER_KEY = /^this database was set up with another key: .* MILLRACE_SECRET_KEY/;

let database: EmptyDatabase | undefined;
afterEach(async () => {
  await database?.remove();
  database = undefined;
});

test("a database takes the key that it was set up with, and no other", async () => {
  database = await emptyDatabase();
  const options = { ...database.place, worker: false, logLevel: "error" } as const;
  const secretKey = randomBytes(32).toString("hex");
  const first = await createServer({ ...options, secretKey });
  const { dataDir } = first;
  const other = { secretKey: randomBytes(32).toString("hex") };
  await expect(openInstallation({ ...database.place, dataDir, ...other })).rejects.toThrow(OTHER_KEY);
  await first.close();

  await expect(createServer({ ...options, ...other })).rejects.toThrow(OTHER_KEY);
  await using again = await createServer({ ...options, secretKey });
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
});
