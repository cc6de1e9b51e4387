/** Finds secrets in text and puts `****` in their place (P10.3, P10.4). */
import { isMaskable, secretForms } from "./patterns.ts";

/** Access key ids, whoever's they are. */
const KEY_ID = /(?:AKIA|ASIA)[A-Z0-9]{16}/g;
const KEY_ID_LENGTH = 20;
const MASK = "****";

/** A stretch of text, from `start` up to but without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The secrets of one job. */
export class Masker {
  readonly #secrets = new Set<string>();
  #forms: readonly string[] | undefined = [];
  #longest = KEY_ID_LENGTH;

  /** Looks for these values from now on. Answers how many of them are too short to be looked for. */
  add(values: readonly string[]): number {
    const fit = values.filter(isMaskable);
    for (const value of fit) {
      this.#secrets.add(value);
    }
    this.#forms = undefined;
    return values.length - fit.length;
  }

  /** The length of the longest text that could be a match. */
  get longest(): number {
    this.#compiled();
    return this.#longest;
  }

  mask(text: string): string {
    let masked = "";
    let from = 0;
    for (const span of this.find(text)) {
      masked += text.slice(from, span.start) + MASK;
      from = span.end;
    }
    return from === 0 ? text : masked + text.slice(from);
  }

  /** All that has to be hidden, in order; what overlaps is one span. */
  find(text: string): readonly Span[] {
    const found: Span[] = [];
    for (const form of this.#compiled()) {
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
        found.push({ start: at, end: at + form.length });
      }
    }
    for (const match of text.matchAll(KEY_ID)) {
      found.push({ start: match.index, end: match.index + KEY_ID_LENGTH });
    }
    return merge(found);
  }

  /** How many characters at the end of `text` could be the beginning of a secret that goes on after it. */
  openEnd(text: string): number {
    const forms = this.#compiled();
    for (let length = Math.min(text.length, this.#longest - 1); length > 0; length--) {
      const end = text.slice(text.length - length);
      if (forms.some((form) => form.length > length && form.startsWith(end))) {
        return length;
      }
    }
    return 0;
  }

  /** The forms are made when first needed: most jobs write nothing. */
  #compiled(): readonly string[] {
    if (this.#forms === undefined) {
      this.#forms = [...new Set([...this.#secrets].flatMap(secretForms))];
      this.#longest = Math.max(KEY_ID_LENGTH, ...this.#forms.map((form) => form.length));
    }
    return this.#forms;
  }
}

function merge(spans: Span[]): readonly Span[] {
  if (spans.length < 2) {
    return spans;
  }
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start < last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      merged.push(span);
    }
  }
  return merged;
}
