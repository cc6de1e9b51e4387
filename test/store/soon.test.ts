import { expect, test } from "vitest";
import { eachInTurn, inTurn, soon } from "../../src/core/store/soon.ts";

const later = async () => undefined;

test("what is there at once is gone on with at once, what comes later then", async () => {
  expect(soon(2, (two) => two + 1)).toBe(3);
  await expect(soon(Promise.resolve(2), (two) => two + 1)).resolves.toBe(3);
});

test("steps are taken in one go where no outcome comes later", () => {
  const taken: number[] = [];
  expect(eachInTurn([1, 2, 3], (step) => void taken.push(step))).toBeUndefined();
  expect(taken).toEqual([1, 2, 3]);
});

test("a step waits for the one before, wherever in the row that comes later", async () => {
  for (const slow of [1, 2, 3]) {
    const taken: string[] = [];
    await eachInTurn([1, 2, 3], (step) => {
      taken.push(`${step} begins`);
      if (step === slow) return later().then(() => void taken.push(`${step} ends`));
    });
    const steps = [1, 2, 3].flatMap((step) => [`${step} begins`, ...(step === slow ? [`${step} ends`] : [])]);
    expect(taken).toEqual(steps);
  }
});

test("no step follows one that fails, at once or later", async () => {
  const failure = new Error("no");
  const never = () => expect.unreachable();
  const fails = () => {
    throw failure;
  };
  expect(() => inTurn(fails, never)).toThrow(failure);
  await expect(inTurn(later, fails, never)).rejects.toBe(failure);
  await expect(inTurn(() => Promise.reject(failure), never)).rejects.toBe(failure);
});
