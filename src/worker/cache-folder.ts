/** Keeps a folder of files that can be made again from growing. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Removes the oldest files beyond so many, or so many bytes; the newest one always stays. */
export async function pruneFolder(
  folder: string,
  limit: { readonly files: number; readonly bytes: number },
): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mtimeMs, size } = await stat(path).catch(() => ({ mtimeMs: 0, size: 0 }));
      return { path, mtimeMs, size };
    }),
  );
  let bytes = 0;
  for (const [index, { path, size }] of files.sort((a, b) => b.mtimeMs - a.mtimeMs).entries()) {
    bytes += size;
    if (index > 0 && (index >= limit.files || bytes > limit.bytes)) {
      await rm(path, { force: true });
    }
  }
}
