/** Sinks that take lines: a file, or the server's stdout. All lines of a page arrive, or none counts. */
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { Channel, Outcome } from "./channel.ts";

export function lineChannel(write: (text: string) => Promise<void>): Channel {
  return {
    async deliver(events) {
      const outcome = await write(events.map(({ json }) => `${json}\n`).join("")).then(
        (): Outcome => ({ kind: "delivered" }),
        (error: unknown): Outcome => ({ kind: "failed", reason: reasonOf(error), refused: false }),
      );
      return events.map(() => outcome);
    },
  };
}

const LINE_FEED = 0x0a;

/**
 * Appends to the end of a file, whoever else writes or moves it, and has it on disk before it counts as written. The
 * file is opened each time, so that it can be rotated. What a failed write left of a line ends as a line of its own.
 */
export async function appendLines(path: string, text: string): Promise<void> {
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    await file.appendFile(size > 0 && buffer[0] !== LINE_FEED ? `\n${text}` : text);
    await file.datasync();
    if (size === 0) await syncFolder(dirname(path));
  } finally {
    await file.close();
  }
}

/** So that a new file's name is on disk as well. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
