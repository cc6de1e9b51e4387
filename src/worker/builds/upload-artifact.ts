import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import {
  ARCHIVE_LIMITS,
  ArchiveTooLargeError,
  type NewZipEntry,
  sizeText,
  writeZip,
} from "../archive/index.ts";
import type { JobArtifact } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { FoundFile } from "./collect/walk.ts";
import { PhaseFailure } from "./phase-failure.ts";
import { transferFile } from "./transfer-file.ts";

/**
 * Packs files into a zip and uploads it as an output artifact (P2.16, P3.32).
 *
 * @param metadata of the object; the zip's SHA-256 is added when `withDigest`
 * @throws PhaseFailure CLIENT_ERROR beyond the limits of P3.33
 */
export async function uploadArtifact(
  output: JobArtifact,
  files: readonly FoundFile[],
  tools: Pick<Tools, "workDir" | "artifacts">,
  { metadata, withDigest }: { readonly metadata: Record<string, string>; readonly withDigest: boolean },
): Promise<void> {
  if (files.length > ARCHIVE_LIMITS.entries) throw tooLarge(output, `${ARCHIVE_LIMITS.entries} files`);
  const zip = transferFile(tools, "output.zip");
  try {
    await writeZip(files.map(zipEntry), zip, ARCHIVE_LIMITS.packedBytes);
  } catch (error) {
    if (error instanceof ArchiveTooLargeError) throw tooLarge(output, sizeText(ARCHIVE_LIMITS.packedBytes));
    throw error;
  }
  const digest: Record<string, string> = withDigest ? { "codebuild-content-sha256": await sha256(zip) } : {};
  await tools.artifacts.upload(zip, output, { metadata: { ...metadata, ...digest } });
  await rm(zip);
}

function tooLarge({ name }: JobArtifact, limit: string): PhaseFailure {
  return new PhaseFailure("CLIENT_ERROR", `artifact ${name} exceeds ${limit}`);
}

function zipEntry({ path, file, mode, modified, linkTarget }: FoundFile): NewZipEntry {
  const source =
    linkTarget === undefined
      ? ({ kind: "file", path: file } as const)
      : ({ kind: "link", target: linkTarget } as const);
  return { path, mode, modified, source };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
