import { rawZip } from "../../worker/support/raw-zip.ts";

/** A zip of files by name. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  return rawZip(Object.entries(files).map(([name, data]) => ({ name, data, deflate: true })));
}
