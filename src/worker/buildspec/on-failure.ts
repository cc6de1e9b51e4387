import { type Automaton, PatternError, readRegex } from "../../matching/index.ts";

/** What happens when a phase failed (P3.20). */
export type OnFailure =
  /** As without the key. */
  | { readonly kind: "default" }
  | { readonly kind: "abort" }
  | { readonly kind: "continue" }
  /** `pattern` absent: on any failure. */
  | { readonly kind: "retry"; readonly count: number; readonly pattern?: Automaton };

const DEFAULT_RETRIES = 3;
const MAX_RETRIES = 100;

/** @returns the reason as text when the value isn't one of P3.20 */
export function readOnFailure(text: string): OnFailure | string {
  if (text === "ABORT") return { kind: "abort" };
  if (text === "CONTINUE") return { kind: "continue" };
  const retry = /^RETRY(?:-(\d+)(?:-(.+))?|-(.+))?$/s.exec(text);
  if (retry === null)
    return `'${text}' is not one of ABORT, CONTINUE, RETRY, RETRY-<count>, RETRY-<regex>, RETRY-<count>-<regex>`;
  const count = retry[1] === undefined ? DEFAULT_RETRIES : Number(retry[1]);
  if (count > MAX_RETRIES) return `'${text}' retries more than ${MAX_RETRIES} times`;
  const regex = retry[2] ?? retry[3];
  if (regex === undefined) return { kind: "retry", count };
  try {
    return { kind: "retry", count, pattern: readRegex(regex) };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `'${regex}' is not a regular expression that can be used here: ${error.message}`;
  }
}
