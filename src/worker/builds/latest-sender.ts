/**
 * Sends a value that keeps changing, in the background and one at a time: what changes while a sending is under way
 * goes with the next one, and only as it is by then.
 */
export class LatestSender<T> {
  readonly #send: (value: T) => Promise<void>;
  #waiting: { readonly value: T } | undefined;
  #sending: Promise<void> | undefined;

  /** @param send never rejects */
  constructor(send: (value: T) => Promise<void>) {
    this.#send = send;
  }

  put(value: T): void {
    this.#waiting = { value };
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when nothing waits to be sent. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      await this.#send(next.value);
    }
    this.#sending = undefined;
  }
}
