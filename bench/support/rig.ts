import { median } from "./numbers.ts";

/** Something that is measured round by round, so that several take turns and share the machine's moods. */
export interface Rig {
  /** One round of work. @returns how many pieces it did, and the milliseconds that count */
  round(): Promise<{ done: number; milliseconds: number }>;
  close(): Promise<void>;
}

export interface Turns {
  readonly rounds: number;
  /** Rounds before, which don't count. */
  readonly warmUp: number;
}

/** Lets the rigs take turns, then closes them. @returns pieces per second of each, by their median round */
export async function inTurns(rigs: readonly Rig[], { rounds, warmUp }: Turns): Promise<number[]> {
  try {
    for (let round = 0; round < warmUp; round++) for (const rig of rigs) await rig.round();
    const rates: number[][] = rigs.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, rig] of rigs.entries()) {
        const { done, milliseconds } = await rig.round();
        rates[index]?.push((done / milliseconds) * 1_000);
      }
    }
    return rates.map(median);
  } finally {
    for (const rig of rigs) await rig.close();
  }
}

/** A rig of one piece a round, all of whose time counts. */
export function rigOf(work: () => Promise<unknown>, close: () => Promise<void> = async () => {}): Rig {
  return {
    async round() {
      const begin = performance.now();
      await work();
      return { done: 1, milliseconds: performance.now() - begin };
    },
    close,
  };
}

/** Lets a piece of work and its baseline take turns. @returns the milliseconds of each, by their median round */
export async function compare(rig: Rig, baseline: Rig, turns: Turns): Promise<[number, number]> {
  const [rate = Number.NaN, baselineRate = Number.NaN] = await inTurns([rig, baseline], turns);
  return [1_000 / rate, 1_000 / baselineRate];
}
