/** The violated constraints of one request, told in one ValidationException (api.md §1.4). */
import { AwsError } from "./error.ts";

/** All are counted; this many are told, so that no request makes an answer much larger than itself. */
const MOST_TOLD = 100;

export class Findings {
  readonly #told: string[] = [];
  #count = 0;

  /** @param path member names from the request's top level, lists as `N`, `member` */
  add(path: readonly string[], constraint: string): void {
    this.#count++;
    if (this.#told.length < MOST_TOLD)
      this.#told.push(`Value at '${path.join(".")}' failed to satisfy constraint: ${constraint}`);
  }

  /** @throws AwsError when there are any */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const errors = this.#count === 1 ? "error" : "errors";
    throw new AwsError(
      "ValidationException",
      `${this.#count} validation ${errors} detected: ${this.#told.join("; ")}`,
    );
  }
}
