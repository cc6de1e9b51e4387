import { hash } from "node:crypto";

/** Texts that come seldom, as those with a list as long as a request made it, cost every connection memory for nothing. */
const RUNS_BEFORE_NAMED = 10;
const MAX_NAMED = 500;
const MAX_COUNTED = 2_000;
const MAX_CHARACTERS = 8_000;

/**
 * Statements that come again and again are planned once for each connection, which keeps them under a name: PostgreSQL
 * takes longer to read and plan a statement than to run one that reaches its rows by index.
 */
export class Plans {
  readonly #runs = new Map<string, number>();
  readonly #names = new Map<string, string>();
  #naming = true;

  /**
   * @returns what a connection may keep the plan of this text under; undefined for one that hasn't come often. Every
   *   server gives a text the same name: where a pooler lends them one connection, none meets another's statement by its
   *   own name.
   */
  nameOf(text: string): string | undefined {
    if (!this.#naming) return undefined;
    return this.#names.get(text) ?? this.#count(text);
  }

  /** This server goes on without, until it is started again. */
  giveUp(): void {
    this.#naming = false;
  }

  #count(text: string): string | undefined {
    if (text.length > MAX_CHARACTERS) return undefined;
    const count = (this.#runs.get(text) ?? 0) + 1;
    if (count <= RUNS_BEFORE_NAMED || this.#names.size === MAX_NAMED) {
      if (this.#runs.size === MAX_COUNTED) this.#runs.clear();
      this.#runs.set(text, count);
      return undefined;
    }
    this.#runs.delete(text);
    const name = `millrace_${hash("sha256", text, "base64url")}`;
    this.#names.set(text, name);
    return name;
  }
}

/**
 * Whether PostgreSQL has no plan of the name, or has one of it already, as behind a pooler that lends out another
 * connection for each transaction; or won't use it, for a newer server has changed its table ("cached plan must not
 * change result type"). Nothing was done.
 */
export function isPlanFailure(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  if (error.code === "26000" || error.code === "42P05") return true;
  return error.code === "0A000" && "routine" in error && error.routine === "RevalidateCachedQuery";
}
