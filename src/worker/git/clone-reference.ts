/** The document that stands for a full clone (P1.6): an output artifact that is no zip. */
import { open } from "node:fs/promises";

export interface CloneReference {
  readonly millraceCloneRef: 1;
  readonly provider: string;
  readonly repository: string;
  /** Without credentials. */
  readonly cloneUrl: string;
  readonly branch: string;
  /** 40 hex digits. */
  readonly commitId: string;
  readonly connectionArn?: string;
}

/** A reference has a handful of names and URLs; more is something else. */
const MAX_BYTES = 64 * 1024;

/** The reference in a downloaded artifact; undefined when the artifact is something else, a zip for example. */
export async function readCloneReference(file: string): Promise<CloneReference | undefined> {
  await using handle = await open(file);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
  if (buffer[0] !== "{".charCodeAt(0)) {
    return undefined;
  }
  try {
    const parsed: unknown = JSON.parse(buffer.toString("utf8", 0, bytesRead));
    return isCloneReference(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isCloneReference(value: unknown): value is CloneReference {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { millraceCloneRef, ...texts } = value as Record<string, unknown>;
  const { provider, repository, cloneUrl, branch, commitId } = texts;
  return (
    millraceCloneRef === 1 &&
    [provider, repository, cloneUrl, branch].every((text) => typeof text === "string") &&
    typeof commitId === "string" &&
    /^[0-9a-f]{40}$/.test(commitId)
  );
}
