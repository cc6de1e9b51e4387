/** What the demo prints: numbered steps, state changes and log lines, with the seconds since its start. */
import type { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { forTerminal } from "../terminal-text.ts";

export interface Screen {
  step(number: number, text: string): void;
  say(text: string): void;
  /** A line that stands out: good news or bad. */
  good(text: string): void;
  bad(text: string): void;
  log(source: string, text: string): void;
}

const codes = { bold: "1", green: "32", red: "31", dim: "2" } as const;

/** @param now milliseconds since the epoch */
export function createScreen(
  out: Pick<WriteStream, "write"> & { isTTY?: boolean },
  now: () => number,
): Screen {
  const start = now();
  const paint = (style: keyof typeof codes, text: string) =>
    out.isTTY ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
  const line = (text: string) => {
    const seconds = ((now() - start) / 1000).toFixed(1).padStart(6);
    out.write(`${paint("dim", `${seconds}s`)}  ${text}\n`);
  };
  return {
    step: (number, text) => {
      out.write("\n");
      line(paint("bold", `${number}. ${text}`));
    },
    say: (text) => line(`   ${forTerminal(text)}`),
    good: (text) => line(`   ${paint("green", forTerminal(text))}`),
    bad: (text) => line(`   ${paint("red", forTerminal(text))}`),
    // Without colours of its own, which would end the dimming, and mean nothing in a file.
    log: (source, text) =>
      line(`   ${paint("dim", `${source} │ ${stripVTControlCharacters(forTerminal(text))}`)}`),
  };
}

/** `1.3 s`, or `2 min 5 s` from a minute on. */
export function duration(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
