/** Text of others, made harmless for a terminal (attack A16). */
import { withoutControls } from "../worker/index.ts";

/** Marks and overrides of writing direction: with them a text reads as something else than it is. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Colours stay, other control sequences go, and what turns the writing direction is named: `<U+202E>`. */
export function forTerminal(text: string): string {
  return text
    .split("\n")
    .map((line) => withoutControls(line).replace(DIRECTIONS, named))
    .join("\n");
}

function named(character: string): string {
  return `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`;
}
