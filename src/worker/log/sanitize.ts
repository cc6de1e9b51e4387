/**
 * Takes out of a line what could do harm where it is shown: terminal control sequences, NUL, C0 but tab, DEL and C1.
 * Colours (`ESC[…m`) stay. Works on whole lines: a sequence cut in two is taken for text (P10.2).
 */
export function sanitize(line: string): string {
  return unsafe.test(line) ? line.replace(controls, (found) => (colour.test(found) ? found : "")) : line;
}

/** ESC and the rest of its sequence; a lone control character. Each alternative ends at the next ESC at the latest. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])|[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unsafe = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const colour = /^\x1b\[[0-9;:]*m$/;
