import { expect, test } from "vitest";
import { installFaults } from "../../simulate/faults.ts";
import { hunt } from "../../simulate/hunt.ts";
import { emptyStore } from "../support/store.ts";

installFaults();

const LENGTH = 150;
/** A step costs some queries, which PostgreSQL answers from another process. */
const STEPS = process.env.MILLRACE_TEST_DATABASE === "postgres" ? 200 : 1_000;
const TIMEOUT_MS = 240_000;

/** @returns what failed, with the seed that `npm run simulate -- --seed N --length 150` shows it with */
async function failureOf(seed: number, goOn: (steps: number) => boolean): Promise<unknown> {
  const store = await emptyStore();
  try {
    const { failure } = await hunt(store, seed, LENGTH, goOn);
    return failure;
  } finally {
    await store.close();
  }
}

test(
  "the store tells the histories of a fixed set of seeds as the model of the rules does",
  async () => {
    expect(await failureOf(1, (steps) => steps < STEPS)).toBeUndefined();
  },
  TIMEOUT_MS,
);

test(
  "the store tells histories that nobody has seen before as the model of the rules does",
  async () => {
    const until = performance.now() + 10_000;
    const seed = Math.floor(Math.random() * 2 ** 31);
    expect(await failureOf(seed, () => performance.now() < until)).toBeUndefined();
  },
  TIMEOUT_MS,
);
