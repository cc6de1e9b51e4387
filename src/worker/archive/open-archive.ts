import { open, stat } from "node:fs/promises";
import type { CheckedArchive } from "./archive-entry.ts";
import { type ArchiveLimits, sizeText } from "./limits.ts";
import { refuseLimit, refuseType } from "./refusal.ts";
import { openTar } from "./tar/open-tar.ts";
import { openZip } from "./zip/open-zip.ts";

/**
 * Opens an archive, which its first bytes say the kind of (P12.1), and checks everything that can be known before its
 * contents are unpacked.
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError `Input artifact <n> is not a ZIP file` (P12.1), or a refusal of P12.2, P12.3
 */
export async function openArchive(
  file: string,
  artifact: string,
  limits: ArchiveLimits,
): Promise<CheckedArchive> {
  const { size } = await stat(file);
  if (size > limits.packedBytes) throw refuseLimit(artifact, "packed size", sizeText(limits.packedBytes));
  switch (await firstBytes(file)) {
    case "PK":
      return await openZip(file, artifact, limits);
    case "\x1f\x8b":
      return await openTar(file, artifact, limits);
    default:
      throw refuseType(artifact);
  }
}

async function firstBytes(file: string): Promise<string> {
  await using handle = await open(file);
  const start = Buffer.alloc(2);
  await handle.read(start, 0, 2, 0);
  return start.toString("latin1");
}
