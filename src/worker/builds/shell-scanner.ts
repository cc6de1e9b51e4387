/** How the place in a shell command that has been read so far is quoted. */
export type QuotingContext =
  | "plain"
  | "single"
  | "double"
  | "comment"
  | "hereDocument"
  | "quotedHereDocument"
  | "arithmetic";

interface HereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  /** `<<-`: tabs before lines don't count. */
  readonly stripsTabs: boolean;
}

type Level = "plain" | "double" | "arithmetic" | "backquote";

/**
 * Follows the quoting of a POSIX shell, character by character: quotes, escapes, command substitutions inside
 * quotes, comments, here-documents. It decides how a parameter is to be quoted, never what is safe to paste: a shell
 * that reads the text otherwise makes a value split into words, at worst.
 */
export class ShellScanner {
  readonly #levels: { kind: Level; parentheses: number }[] = [{ kind: "plain", parentheses: 0 }];
  #inSingle = false;
  #inComment = false;
  #escaped = false;
  #atWordStart = true;
  #last = "";
  /** Announced on this line; their bodies begin on the next. */
  #announced: HereDocument[] = [];
  /** While the word behind `<<` is read. */
  #delimiterText: string | undefined;
  #open: HereDocument[] = [];
  #line = "";

  get context(): QuotingContext {
    const [document] = this.#open;
    if (document !== undefined) return document.quoted ? "quotedHereDocument" : "hereDocument";
    if (this.#inComment) return "comment";
    if (this.#inSingle) return "single";
    const kind = this.#level.kind;
    return kind === "backquote" ? "plain" : kind;
  }

  read(character: string): void {
    if (this.#open.length > 0) this.#readBody(character);
    else if (this.#inComment) this.#inComment = character !== "\n";
    else if (this.#escaped) this.#escaped = false;
    else if (this.#inSingle) this.#inSingle = character !== "'";
    else this.#readCode(character);
    if (character === "\n") this.#endLine();
    this.#last = character;
  }

  /** What stands for a reference has been put here: part of a word. */
  readWord(): void {
    this.#escaped = false;
    this.#atWordStart = false;
    this.#last = "";
    this.#line += "x";
    if (this.#delimiterText !== undefined) this.#delimiterText += "x";
  }

  get #level(): { kind: Level; parentheses: number } {
    return this.#levels.at(-1) ?? { kind: "plain", parentheses: 0 };
  }

  #readCode(character: string): void {
    const level = this.#level;
    if (level.kind === "double") this.#readDouble(character);
    else if (!this.#readDelimiter(character)) this.#readPlain(character, level);
    this.#atWordStart = /[\s;&|()<>]/.test(character);
  }

  #readDouble(character: string): void {
    if (character === "\\") this.#escaped = true;
    else if (character === '"') this.#levels.pop();
    else this.#readSubstitution(character);
  }

  #readPlain(character: string, level: { kind: Level; parentheses: number }): void {
    switch (character) {
      case "\\":
        this.#escaped = true;
        return;
      case "'":
        this.#inSingle = level.kind !== "arithmetic";
        return;
      case '"':
        this.#push("double");
        return;
      case "#":
        this.#inComment = this.#atWordStart && level.kind !== "arithmetic";
        return;
      case ")":
        if (level.parentheses > 0) level.parentheses -= 1;
        else if (this.#levels.length > 1) this.#levels.pop();
        return;
      default:
        this.#readSubstitution(character);
    }
  }

  #readSubstitution(character: string): void {
    const level = this.#level;
    if (character === "`") {
      if (level.kind === "backquote") this.#levels.pop();
      else this.#push("backquote");
    } else if (character === "(" && this.#last === "$") {
      this.#push("plain");
    } else if (
      character === "(" &&
      this.#last === "(" &&
      level.parentheses === 0 &&
      this.#levels.length > 1
    ) {
      // `$((`, whose first parenthesis has opened a level already: it closes with two, so one stays to be counted.
      level.kind = "arithmetic";
      level.parentheses = 1;
    } else if (character === "(" && level.kind !== "double") {
      level.parentheses += 1;
    } else if (
      character === "<" &&
      this.#last === "<" &&
      level.kind !== "arithmetic" &&
      level.kind !== "double"
    ) {
      this.#delimiterText = "";
    }
  }

  #push(kind: Level): void {
    this.#levels.push({ kind, parentheses: 0 });
  }

  /** Reads the word behind `<<`; answers whether the character belongs to it. */
  #readDelimiter(character: string): boolean {
    if (this.#delimiterText === undefined) return false;
    const started = this.#delimiterText.replace(/^-/, "") !== "";
    if (character === "<" && this.#delimiterText === "") {
      // A here-string, which only bash has: an ordinary word follows.
      this.#delimiterText = undefined;
      return true;
    }
    if (/[\s;&|()<>]/.test(character)) {
      if (started) this.#announce(this.#delimiterText);
      return !started && character !== "\n";
    }
    this.#delimiterText += character;
    return true;
  }

  #announce(text: string): void {
    const word = text.replace(/^-/, "");
    this.#announced.push({
      delimiter: word.replace(/["'\\]/g, ""),
      quoted: /["'\\]/.test(word),
      stripsTabs: text.startsWith("-"),
    });
    this.#delimiterText = undefined;
  }

  #readBody(character: string): void {
    if (character !== "\n") this.#line += character;
  }

  #endLine(): void {
    if (this.#delimiterText !== undefined) this.#announce(this.#delimiterText);
    const [document] = this.#open;
    if (document === undefined) {
      this.#open = this.#announced;
      this.#announced = [];
    } else {
      const line = document.stripsTabs ? this.#line.replace(/^\t+/, "") : this.#line;
      if (line === document.delimiter) this.#open.shift();
    }
    this.#line = "";
    this.#atWordStart = true;
  }
}
