import type { Ambient } from "../scope.ts";
import type { Store } from "../store/store.ts";
import { filesInUse } from "../store/uploads.ts";
import type { ContentDigests, IncomingContent } from "./content.ts";
import { RunningDigests } from "./digests.ts";
import type { ContentFiles } from "./files.ts";

/** What every part of the object store works with. */
export interface Room {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly files: ContentFiles;
}

/**
 * Brings bytes to disk, lets `content` verify them, and hands the file to `keep`, which commits the row that names it.
 * If anything fails, the file is gone again.
 */
export async function receive<T>(
  room: Room,
  content: IncomingContent,
  keep: (file: string, digests: ContentDigests) => Promise<T>,
): Promise<T> {
  const running = new RunningDigests(content);
  const file = await room.files.write(content.bytes, (chunk) => running.update(chunk));
  try {
    const digests = await running.finish();
    content.verify(digests);
    const kept = await keep(file, digests);
    room.files.settle(file);
    return kept;
  } catch (error) {
    await discard(room, file);
    throw error;
  }
}

/** A commit whose answer got lost may have happened: only a file that no row names is removed. */
async function discard(room: Room, file: string): Promise<void> {
  const used = await filesInUse(room.store.read, [file]).catch(() => undefined);
  if (used === undefined || used.has(file)) room.files.settle(file);
  else await room.files.remove([file]);
}
