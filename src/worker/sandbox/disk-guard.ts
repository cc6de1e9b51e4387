import { watchDisk } from "./disk-watch.ts";

export interface GuardedDisk {
  readonly folder: string;
  readonly limitBytes: number;
  /** Bytes that the job takes elsewhere. */
  readonly elsewhere?: () => Promise<number>;
  /** Ends all that could take more. */
  end(): Promise<void>;
}

/** Ends a job that takes more disk than it may (P10.1). */
export class DiskGuard {
  readonly #disk: GuardedDisk;
  readonly #stopped = new AbortController();
  #over: Promise<never> | undefined;
  #isOver = false;

  constructor(disk: GuardedDisk) {
    this.#disk = disk;
  }

  /** Rejects once the job has been ended. Nobody looks before it is asked for. */
  get over(): Promise<never> {
    this.#over ??= this.#watch();
    return this.#over;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #watch(): Promise<never> {
    const { folder, end, ...limits } = this.#disk;
    try {
      await watchDisk(folder, this.#stopped.signal, limits);
    } catch (error) {
      this.#isOver = true;
      await end();
      throw error;
    }
    return await new Promise<never>(() => undefined);
  }
}
