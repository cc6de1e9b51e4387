/** A delivery's body as values (S1.16): strict JSON without what two readers could read in two ways (attack A8). */
import { isUtf8 } from "node:buffer";
import { NumberText, type ObjectValue, type Value } from "../../core/webhooks/types.ts";

/** Why the body isn't taken; without anything of it. */
export class PayloadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PayloadError";
  }
}

const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = [
  ["true", true],
  ["false", false],
  ["null", null],
] as const;

/** @throws PayloadError */
export function parsePayload(body: Buffer): ObjectValue {
  if (!isUtf8(body)) throw new PayloadError("The payload is not UTF-8.");
  const value = new Parser(body.toString("utf8")).parse();
  if (!(value instanceof Map)) throw new PayloadError("The payload must be a JSON object.");
  return value;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Value {
    const value = this.#value(1);
    this.#skipSpaces();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return value;
  }

  #value(depth: number): Value {
    this.#skipSpaces();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#list(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): ObjectValue {
    const members = new Map<string, Value>();
    this.#open(depth);
    for (let more = !this.#ends("}"); more; more = this.#continues("}")) {
      this.#skipSpaces();
      if (this.#text[this.#at] !== '"') throw this.#unexpected();
      const name = this.#string();
      if (members.has(name)) throw new PayloadError("The payload has an object with the same name twice.");
      this.#skipSpaces();
      if (this.#text[this.#at] !== ":") throw this.#unexpected();
      this.#at++;
      members.set(name, this.#value(depth + 1));
    }
    return members;
  }

  #list(depth: number): readonly Value[] {
    const elements: Value[] = [];
    this.#open(depth);
    for (let more = !this.#ends("]"); more; more = this.#continues("]")) {
      elements.push(this.#value(depth + 1));
    }
    return elements;
  }

  #open(depth: number): void {
    if (depth > MAX_DEPTH)
      throw new PayloadError(`The payload is nested more than ${MAX_DEPTH} levels deep.`);
    this.#at++;
  }

  #ends(bracket: string): boolean {
    this.#skipSpaces();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  /** Whether another member or element follows. */
  #continues(bracket: string): boolean {
    if (this.#ends(bracket)) return false;
    if (this.#text[this.#at] !== ",") throw this.#unexpected();
    this.#at++;
    return true;
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    for (let end = start + 1; end < this.#text.length; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === QUOTE) {
        this.#at = end + 1;
        return this.#checked(escaped ? this.#unescaped(start, end + 1) : this.#text.slice(start + 1, end));
      }
      if (code < SPACE) break;
      if (code === BACKSLASH) {
        escaped = true;
        end++;
      }
    }
    throw new PayloadError(`The payload is not JSON: the string at position ${start} has no end.`);
  }

  #unescaped(start: number, end: number): string {
    try {
      return JSON.parse(this.#text.slice(start, end)) as string;
    } catch {
      throw new PayloadError(`The payload is not JSON: the string at position ${start} has a wrong escape.`);
    }
  }

  #checked(text: string): string {
    if (!text.isWellFormed()) throw new PayloadError("The payload has a lone surrogate in a string.");
    if (text.includes("\0")) throw new PayloadError("The payload has a NUL character in a string.");
    return text;
  }

  #scalar(): Value {
    for (const [word, value] of LITERALS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined) throw this.#unexpected();
    if (!Number.isFinite(Number(number)))
      throw new PayloadError("The payload has a number that is too large.");
    this.#at += number.length;
    return new NumberText(number);
  }

  #skipSpaces(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #unexpected(): PayloadError {
    const what = this.#at < this.#text.length ? "an unexpected character" : "an unexpected end";
    return new PayloadError(`The payload is not JSON: ${what} at position ${this.#at}.`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

function isSpace(code: number): boolean {
  return code === SPACE || code === 0x0a || code === 0x0d || code === 0x09;
}
