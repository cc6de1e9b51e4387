/** Where a secret's value comes from: never the command line, which every user of the host can read. */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";

/**
 * The text of a file, or of stdin; at a terminal, a line that isn't shown while it is typed. One line feed at its end
 * isn't part of it: `echo` and editors write one.
 *
 * @throws Error when it isn't UTF-8, or the typing was broken off
 */
export async function readSecret(prompt: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return textOf(await readFile(file));
  if (process.stdin.isTTY) return readHidden(prompt);
  return textOf(await buffer(process.stdin));
}

function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r?\n$/, "");
  } catch {
    throw new Error("the value isn't UTF-8 text; encode it, with base64 say, and decode it in the build");
  }
}

/** readline does the editing, and writes to nowhere. */
function readHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => reject(new Error("no value was given")));
  }).finally(() => {
    lines.close();
    process.stderr.write("\n");
  });
}
