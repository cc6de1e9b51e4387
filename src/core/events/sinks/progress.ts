/** Keeping how far a sink has got: soon after each page, not at once, so that many small pages are one write. */
import { keepProgress, type SinkProgress } from "../../store/event-sinks.ts";
import type { Store } from "../../store/store.ts";

const SAVE_AFTER_MS = 200;

/** Another server serves the sink now, or it was removed. */
export class SinkLostError extends Error {
  constructor() {
    super("the sink is served by another server, or gone");
    this.name = "SinkLostError";
  }
}

export class Progress {
  readonly #store: Store;
  readonly #lease: { readonly id: string; readonly owner: string };
  #now: SinkProgress;
  #saved: SinkProgress;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** Why it can't be kept; told with the next change. */
  #failure: unknown;

  constructor(store: Store, lease: { readonly id: string; readonly owner: string }, at: SinkProgress) {
    this.#store = store;
    this.#lease = lease;
    this.#now = at;
    this.#saved = at;
  }

  get position(): number {
    return this.#now.position;
  }

  get failingSince(): number | null {
    return this.#now.failingSince;
  }

  /** @throws SinkLostError, or what the database said, of an earlier change */
  change(change: Partial<SinkProgress> & { readonly droppedMore?: number }): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { droppedMore = 0, ...rest } = change;
    this.#now = { ...this.#now, ...rest, dropped: this.#now.dropped + droppedMore };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#saving = this.#save().catch((error) => {
        this.#failure = error;
      });
    }, SAVE_AFTER_MS);
  }

  /** Keeps what isn't kept yet. @throws as `change` */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving;
    await this.#save();
  }

  async #save(): Promise<void> {
    const now = this.#now;
    if (now === this.#saved) return;
    const kept = await this.#store.transaction((tx) => keepProgress(tx, this.#lease, now));
    if (!kept) throw new SinkLostError();
    this.#saved = now;
  }
}
