/** The pushes that this process is running: what they touch, how far they are. */

export interface PushUnderWay {
  readonly repositoryId: string;
  readonly refs: ReadonlySet<string>;
  /** git has all it needs, so it may have moved the refs already. */
  uploaded: boolean;
  /** It waits for others to record their moves first. */
  waiting: boolean;
  /** Resolves once its moves are recorded. */
  readonly ended: Promise<void>;
  end(): void;
}

export function createPushesUnderWay() {
  const all = new Set<PushUnderWay>();
  return {
    begin(repositoryId: string, refs: ReadonlySet<string>): PushUnderWay {
      const { promise, resolve } = Promise.withResolvers<void>();
      const push: PushUnderWay = {
        repositoryId,
        refs,
        uploaded: false,
        waiting: false,
        ended: promise,
        end() {
          all.delete(push);
          resolve();
        },
      };
      all.add(push);
      return push;
    },

    /** Refs whose place only the pushes under way can explain. */
    refsOf(repositoryId: string): ReadonlySet<string> {
      return new Set(
        [...all].filter((push) => push.repositoryId === repositoryId).flatMap((push) => [...push.refs]),
      );
    },

    /** Pushes that may have moved one of `refs`, and are on their way to record it: all but `push` itself. */
    mayHaveMoved(repositoryId: string, refs: readonly string[], push?: PushUnderWay): PushUnderWay[] {
      return [...all].filter(
        (other) =>
          other !== push &&
          other.repositoryId === repositoryId &&
          other.uploaded &&
          refs.some((ref) => other.refs.has(ref)),
      );
    },
  };
}

export type PushesUnderWay = ReturnType<typeof createPushesUnderWay>;
