/** Cuts one stream of output into lines: decoded, cleaned, masked, and bounded in length (P10.2, P10.3). */
import type { Masker } from "./mask.ts";
import { sanitize } from "./sanitize.ts";
import { MAX_LINE_BYTES, splitLine } from "./split.ts";

export interface CutLine {
  readonly text: string;
  /** Ended by a lone CR: a state of a progress bar, which the next one overwrites. */
  readonly progress: boolean;
}

/** A secret's beginning that is shorter gives nothing away. */
const SHORTEST_PART = 4;
/** Longest escape sequence that is waited for at the end of an unfinished line. */
const LONGEST_ESCAPE = 256;

/** One stream of one job; chunks may end anywhere. */
export class LineCutter {
  readonly #masker: Masker;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The unfinished line. */
  #open = "";
  /** The end of a line that was broken off: too short to keep back, yet a secret may have begun with it. */
  #shown = "";
  /** Whether the last character was a CR, to which an LF belongs, and whether its line was given out already. */
  #afterCr: "no" | "held" | "ended" = "no";

  constructor(masker: Masker) {
    this.#masker = masker;
  }

  /** The lines that are complete with this chunk. */
  push(chunk: Uint8Array): CutLine[] {
    return this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /**
   * Ends the unfinished line, because something else is to be said now. What may be the larger part of a secret stays
   * for the next line.
   */
  breakOff(): CutLine[] {
    if (this.#afterCr === "held") {
      this.#afterCr = "ended";
      return this.#finish(false);
    }
    const text = this.#cleaned(this.#open);
    const begun = this.#masker.openEnd(text);
    const kept = begun < SHORTEST_PART ? 0 : begun;
    this.#open = text.slice(0, text.length - kept);
    const lines = this.#open === "" ? [] : this.#finish(false);
    this.#open = text.slice(text.length - kept);
    if (text !== "" && kept === 0) {
      this.#shown = text.slice(text.length - begun);
    }
    return lines;
  }

  /** The stream is over. A secret that was cut off by its end isn't shown in part either. */
  end(): CutLine[] {
    const lines = this.#take(this.#decoder.decode());
    if (this.#masker.openEnd(sanitize(this.#open)) < SHORTEST_PART) {
      return this.#open === "" && this.#afterCr !== "held" ? lines : [...lines, ...this.#finish(false)];
    }
    lines.push(...this.breakOff());
    this.#open = "";
    return [...lines, { text: "****", progress: false }];
  }

  #take(text: string): CutLine[] {
    const lines: CutLine[] = [];
    let from = 0;
    if (this.#afterCr !== "no" && text !== "") {
      from = text.startsWith("\n") ? 1 : 0;
      if (this.#afterCr === "held") {
        lines.push(...this.#finish(from === 0));
      }
      this.#afterCr = "no";
    }
    for (const end of text.matchAll(/\r\n|\r|\n/g)) {
      if (end.index < from) {
        continue;
      }
      this.#open += text.slice(from, end.index);
      from = end.index + end[0].length;
      if (end[0] === "\r" && from === text.length) {
        this.#afterCr = "held";
      } else {
        lines.push(...this.#finish(end[0] === "\r"));
      }
    }
    this.#open += text.slice(from);
    lines.push(...this.#overflow());
    return lines;
  }

  #finish(progress: boolean): CutLine[] {
    const { pieces, rest } = splitLine(this.#cleaned(this.#open), this.#masker, 0);
    this.#open = "";
    this.#shown = "";
    return [...pieces, this.#masker.mask(rest)].map((text) => ({ text, progress }));
  }

  /** A line without an end must not fill the memory. */
  #overflow(): CutLine[] {
    const margin = this.#masker.longest;
    if (this.#open.length < MAX_LINE_BYTES + margin * 3 + LONGEST_ESCAPE) {
      return [];
    }
    const esc = this.#open.lastIndexOf("\x1b");
    const safe = esc >= this.#open.length - LONGEST_ESCAPE ? esc : this.#open.length;
    const { pieces, rest } = splitLine(this.#cleaned(this.#open.slice(0, safe)), this.#masker, margin);
    this.#open = rest + this.#open.slice(safe);
    return pieces.map((text) => ({ text, progress: false }));
  }
  /** Sanitised, and without the rest of a secret that a broken-off line began. */
  #cleaned(raw: string): string {
    const text = sanitize(raw);
    if (this.#shown === "" || text === "") {
      return text;
    }
    const before = this.#shown.length;
    const secret = this.#masker
      .find(this.#shown + text)
      .find(({ start, end }) => start < before && end > before);
    this.#shown = "";
    return secret === undefined ? text : `****${text.slice(secret.end - before)}`;
  }
}
