import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { openPromise, type ZipFile } from "yauzl";
import { ProviderError } from "../provider.ts";
import { Budget } from "./budget.ts";
import { openContents } from "./contents.ts";
import { checkLayout } from "./layout.ts";
import { ARCHIVE_LIMITS, type ArchiveLimits, sizeText } from "./limits.ts";
import { linkStaysInside } from "./links.ts";
import { refuseEntry, refuseLimit } from "./refusal.ts";
import { checkTree } from "./tree.ts";
import { checkEntry, type ZipEntry } from "./zip-entry.ts";

const MAX_LINK_TARGET_BYTES = 4096;

/** A zip whose whole directory was checked (P12.2): its contents are checked as they are read. */
export interface CheckedZip extends Disposable {
  readonly entries: readonly ZipEntry[];
  /** Target text of each link, by the link's path; all stay inside. */
  readonly links: ReadonlyMap<string, string>;
  contents(entry: ZipEntry): Promise<Readable>;
}

/**
 * Opens a zip and checks everything that can be known before its contents are unpacked.
 *
 * @param artifact the artifact's name, for messages
 * @throws ProviderError `Input artifact <n> is not a ZIP file` (P12.1), or a refusal of P12.2, P12.3
 */
export async function openZip(
  file: string,
  artifact: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<CheckedZip> {
  const { size } = await stat(file);
  if (size > limits.packedBytes) throw refuseLimit(artifact, "packed size", sizeText(limits.packedBytes));
  await requireZipSignature(file, artifact);
  const zip = await openPromise(file, {
    autoClose: false,
    lazyEntries: true,
    decodeStrings: false,
    validateEntrySizes: false,
  }).catch(refuseDirectory(artifact));
  try {
    const budget = new Budget(artifact, size, limits);
    const entries = await readDirectory(zip, artifact, limits);
    const contents = (entry: ZipEntry) => openContents(artifact, zip, entry, budget);
    const links = await readLinks(entries, artifact, contents);
    return { entries, links, contents, [Symbol.dispose]: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function requireZipSignature(file: string, artifact: string): Promise<void> {
  await using handle = await open(file);
  const start = Buffer.alloc(2);
  await handle.read(start, 0, 2, 0);
  if (start.toString("latin1") !== "PK") {
    throw new ProviderError("ConfigurationError", `Input artifact ${artifact} is not a ZIP file`);
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
    refuseDirectory(artifact)(error);
  }
  checkTree(artifact, entries);
  await checkLayout(artifact, zip, entries, Number(directoryStart));
  return entries;
}

/** What the zip reader itself complains of: a directory that is cut short or contradicts itself. */
function refuseDirectory(artifact: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ProviderError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProviderError("JobFailed", `Artifact ${artifact} refused: its directory is damaged: ${reason}`);
  };
}

async function readLinks(
  entries: readonly ZipEntry[],
  artifact: string,
  contents: CheckedZip["contents"],
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== "link") continue;
    if (entry.size > MAX_LINK_TARGET_BYTES) throw leaves(artifact, entry.path);
    links.set(entry.path, await text(await contents(entry)));
  }
  for (const path of links.keys()) {
    if (!linkStaysInside(path, links)) throw leaves(artifact, path);
  }
  return links;
}

function leaves(artifact: string, path: string): ProviderError {
  return refuseEntry(artifact, path, "is a link that leaves the target folder");
}
