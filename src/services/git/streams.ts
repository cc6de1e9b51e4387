/** Writing to a slower reader: a git process or a client. */
import type { Writable } from "node:stream";

/** Writes, and waits while the reader is slower; what a reader that has gone doesn't take is dropped. */
export async function writeTo(reader: Writable, chunk: Uint8Array): Promise<void> {
  if (reader.destroyed || !reader.writable || reader.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      reader.off("drain", done).off("close", done).off("error", done);
      resolve();
    };
    reader.on("drain", done).on("close", done).on("error", done);
  });
}
