import type { EntryAttributes } from "./archive-entry.ts";
import { refuseEntry } from "./refusal.ts";

/**
 * Refuses entries that get in each other's way: the same name twice, and what lies below a link or a file.
 *
 * @throws ProviderError in the words of P12.2
 */
export function checkTree(artifact: string, entries: readonly EntryAttributes[]): void {
  const kinds = new Map<string, EntryAttributes["kind"]>();
  for (const entry of entries) {
    if (kinds.has(entry.path)) throw refuseEntry(artifact, entry.path, "appears twice");
    kinds.set(entry.path, entry.kind);
  }
  const checkedFolders = new Set<string>();
  for (const { path } of entries) {
    for (const folder of foldersAbove(path)) {
      if (checkedFolders.has(folder)) break;
      checkedFolders.add(folder);
      const kind = kinds.get(folder);
      if (kind === "link") throw refuseEntry(artifact, path, "lies below a link");
      if (kind === "file") throw refuseEntry(artifact, folder, "appears twice");
    }
  }
}

/** `a/b/c` → `a/b`, `a`: the nearest first. */
export function* foldersAbove(path: string): Generator<string> {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    yield path.slice(0, end);
}
