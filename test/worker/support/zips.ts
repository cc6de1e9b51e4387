/** What is in a zip, read by a reader that isn't ours. */
import { fromBufferPromise } from "yauzl";

export interface ZippedEntry {
  readonly name: string;
  readonly mode: number;
  readonly text: string;
  readonly modified: Date;
}

export async function readZip(bytes: Uint8Array): Promise<readonly ZippedEntry[]> {
  const zip = await fromBufferPromise(Buffer.from(bytes), { lazyEntries: true });
  const entries: ZippedEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    const mode = entry.externalFileAttributes >>> 16;
    const stream = entry.fileName.endsWith("/") ? undefined : await zip.openReadStreamPromise(entry);
    const text = stream === undefined ? "" : Buffer.concat(await stream.toArray()).toString("utf8");
    entries.push({ name: entry.fileName, mode, text, modified: entry.getLastModDate({ timezone: "UTC" }) });
  }
  return entries;
}
