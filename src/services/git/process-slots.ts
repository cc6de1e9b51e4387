/** How many git processes may run for clients at once (S6.11): those beyond wait a while, in order. */

export interface SlotLimits {
  readonly total: number;
  readonly perUser: number;
  readonly waitMs: number;
}

interface Waiting {
  readonly user: string;
  go(): void;
}

export function createProcessSlots({ total, perUser, waitMs }: SlotLimits) {
  const running = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let count = 0;

  const isFree = (user: string) => count < total && (running.get(user) ?? 0) < perUser;

  function take(user: string): void {
    count += 1;
    running.set(user, (running.get(user) ?? 0) + 1);
  }

  function release(user: string): void {
    count -= 1;
    const left = (running.get(user) ?? 1) - 1;
    if (left === 0) running.delete(user);
    else running.set(user, left);
    waiting
      .values()
      .find((next) => isFree(next.user))
      ?.go();
  }

  return {
    /**
     * Runs `work` with a slot.
     *
     * @throws what `busy` makes, when no slot comes free in time
     */
    async withSlot<T>(user: string, busy: () => Error, work: () => Promise<T>): Promise<T> {
      if (isFree(user)) take(user);
      else await turn(user, busy);
      try {
        return await work();
      } finally {
        release(user);
      }
    },
  };

  function turn(user: string, busy: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        user,
        go() {
          leave();
          take(user);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        leave();
        reject(busy());
      }, waitMs);
      function leave(): void {
        clearTimeout(timer);
        waiting.delete(entry);
      }
      waiting.add(entry);
    });
  }
}

export type ProcessSlots = ReturnType<typeof createProcessSlots>;
