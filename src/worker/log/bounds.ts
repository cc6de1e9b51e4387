/** How much of an action's log is kept (P11.4): the beginning up to a limit, and the last 1,000 lines. */

/** Of lines as JSON, which is how they travel and are kept. */
export const MAX_LOG_BYTES = 100 * 1024 * 1024;
export const MAX_LOG_LINES = 1_000_000;
export const TAIL_LINES = 1_000;
/** Of the remembered tail: a thousand lines of 64 KiB would be too much to hold for each job. */
const TAIL_CHARACTERS = 8 * 1024 * 1024;

export interface LogLimits {
  readonly bytes: number;
  readonly lines: number;
}

export type Admission =
  | { readonly kind: "keep" | "drop" }
  | { readonly kind: "notice"; readonly text: string };

interface Remembered<L> {
  readonly line: L;
  readonly kept: boolean;
}

/** What a line takes of the limit. */
export function lineBytes(line: object): number {
  return Buffer.byteLength(JSON.stringify(line));
}

/** Counts what a log takes, and remembers how it ends. */
export class LogBounds<L extends { readonly text: string }> {
  readonly #limits: LogLimits;
  #bytes = 0;
  #lines = 0;
  #full = false;
  #tail: Remembered<L>[] = [];
  #tailCharacters = 0;

  constructor(limits: LogLimits = { bytes: MAX_LOG_BYTES, lines: MAX_LOG_LINES }) {
    this.#limits = limits;
  }

  /**
   * Whether the line is kept now; `notice` once, in place of the first line that isn't.
   * @param bytes of the line, as `lineBytes` says
   */
  admit(line: L, bytes: number): Admission {
    const over =
      this.#bytes + bytes > this.#limits.bytes
        ? `${this.#limits.bytes / (1024 * 1024)} MiB`
        : this.#lines >= this.#limits.lines
          ? `${this.#limits.lines.toLocaleString("en-US")} lines`
          : undefined;
    const first = over !== undefined && !this.#full;
    this.#full ||= over !== undefined;
    this.#remember({ line, kept: !this.#full });
    if (this.#full) {
      return first
        ? { kind: "notice", text: `[Millrace] log limit of ${over} reached; further output is not kept` }
        : { kind: "drop" };
    }
    this.#bytes += bytes;
    this.#lines++;
    return { kind: "keep" };
  }

  /** The last `count` lines of those that count. */
  tail(count: number, counts: (line: L) => boolean): readonly string[] {
    const lines = this.#tail.map(({ line }) => line).filter(counts);
    return lines.slice(Math.max(0, lines.length - count)).map(({ text }) => text);
  }

  /** What is appended at the end: those of the last 1,000 lines that weren't kept. */
  droppedTail(): readonly L[] {
    return this.#tail
      .slice(-TAIL_LINES)
      .filter(({ kept }) => !kept)
      .map(({ line }) => line);
  }

  #remember(entry: Remembered<L>): void {
    this.#tail.push(entry);
    this.#tailCharacters += entry.line.text.length;
    // Shortened in one go now and then: shifting an array line by line costs too much.
    if (this.#tail.length > TAIL_LINES * 2 || this.#tailCharacters > TAIL_CHARACTERS) {
      this.#tail = withinCharacters(this.#tail.slice(-TAIL_LINES), TAIL_CHARACTERS / 2);
      this.#tailCharacters = this.#tail.reduce((sum, { line }) => sum + line.text.length, 0);
    }
  }
}

function withinCharacters<L extends { readonly text: string }>(
  tail: Remembered<L>[],
  limit: number,
): Remembered<L>[] {
  let characters = 0;
  let from = tail.length;
  for (; from > 0; from--) {
    characters += tail[from - 1]?.line.text.length ?? 0;
    if (characters > limit && from < tail.length) {
      break;
    }
  }
  return tail.slice(from);
}
