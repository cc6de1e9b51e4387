/** Something that is measured round by round, so that several take turns and share the machine's moods. */
export interface Rig {
  /** One round of work. @returns how many pieces it did, and the milliseconds that count */
  round(): Promise<{ done: number; milliseconds: number }>;
  close(): Promise<void>;
}

const WARM_UP_ROUNDS = 30;

/** Lets the rigs take turns for `rounds` rounds each. @returns pieces per second of each, by their median round */
export async function inTurns(rigs: readonly Rig[], rounds: number): Promise<number[]> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const rig of rigs) await rig.round();
  const rates: number[][] = rigs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, rig] of rigs.entries()) {
      const { done, milliseconds } = await rig.round();
      rates[index]?.push((done / milliseconds) * 1_000);
    }
  }
  return rates.map(median);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
