/** Patterns matched in time linear in the text, whatever the pattern: for texts and patterns of strangers. */
export { Automaton } from "./automaton.ts";
export {
  anyNumberOf,
  character,
  choice,
  exactly,
  type Pattern,
  PatternError,
  sequence,
} from "./pattern.ts";
export { readRegex } from "./regex.ts";
