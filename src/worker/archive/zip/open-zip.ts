import { stat } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { openPromise, type ZipFile } from "yauzl";
import { ProviderError } from "../../provider.ts";
import type { ArchiveEntry, CheckedArchive } from "../archive-entry.ts";
import { Budget } from "../budget.ts";
import type { ArchiveLimits } from "../limits.ts";
import { checkLinks, linkLeaves } from "../links.ts";
import { refuseDirectory, refuseLimit } from "../refusal.ts";
import { checkTree } from "../tree.ts";
import { openContents } from "./contents.ts";
import { checkLayout } from "./layout.ts";
import { checkEntry, type ZipEntry } from "./zip-entry.ts";

const MAX_LINK_TARGET_BYTES = 4096;

/**
 * Opens a zip and checks everything that can be known before its contents are unpacked (P12.2).
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError a refusal of P12.2, P12.3
 */
export async function openZip(
  file: string,
  artifact: string,
  limits: ArchiveLimits,
): Promise<CheckedArchive> {
  const { size } = await stat(file);
  const zip = await openPromise(file, {
    autoClose: false,
    lazyEntries: true,
    decodeStrings: false,
    validateEntrySizes: false,
  }).catch(refuseDamaged(artifact));
  try {
    const budget = new Budget(artifact, size, limits);
    const records = await readDirectory(zip, artifact, limits);
    const entries = records.map((entry) => ({
      ...entry,
      open: () => openContents(artifact, zip, entry, budget),
    }));
    const links = await readLinks(entries, artifact);
    return { entries, links, [Symbol.asyncDispose]: async () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readDirectory(zip: ZipFile, artifact: string, limits: ArchiveLimits): Promise<ZipEntry[]> {
  if (zip.entryCount > limits.entries) {
    throw refuseLimit(artifact, "number of entries", String(limits.entries));
  }
  const directoryStart = zip.readEntryCursor;
  const entries: ZipEntry[] = [];
  try {
    for await (const raw of zip.eachEntry()) entries.push(checkEntry(artifact, raw));
  } catch (error) {
    refuseDamaged(artifact)(error);
  }
  checkTree(artifact, entries);
  await checkLayout(artifact, zip, entries, Number(directoryStart));
  return entries;
}

/** What the zip reader itself complains of: a directory that is cut short or contradicts itself. */
function refuseDamaged(artifact: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ProviderError) throw error;
    throw refuseDirectory(artifact, error instanceof Error ? error.message : String(error));
  };
}

async function readLinks(entries: readonly ArchiveEntry[], artifact: string): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== "link") continue;
    if (entry.size > MAX_LINK_TARGET_BYTES) throw linkLeaves(artifact, entry.path);
    links.set(entry.path, await text(await entry.open()));
  }
  checkLinks(artifact, links);
  return links;
}
