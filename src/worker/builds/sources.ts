import { randomInt } from "node:crypto";
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unpack } from "../archive/index.ts";
import { cloneRepository, type SubmodulePolicy } from "../git/clone.ts";
import { readCloneReference } from "../git/clone-reference.ts";
import type { Job, JobArtifact } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { JobSandbox } from "../sandbox/index.ts";
import { transferFile } from "./transfer-file.ts";

/** An input artifact, unpacked or cloned. */
export interface Source {
  readonly artifact: JobArtifact;
  /** Absolute. */
  readonly folder: string;
  /** Of a full clone, without credentials; empty for zips (P2.19). */
  readonly repositoryUrl: string;
}

/** The sources of a build; without inputs its first folder is an empty one (P4.3). */
export interface Sources {
  /** CODEBUILD_SRC_DIR. */
  readonly folder: string;
  readonly primary?: Source;
  readonly secondary: readonly Source[];
}

/** The same, where the commands of a job find them. */
export function asCommandsSee(sources: Sources, sandbox: Pick<JobSandbox, "inside">): Sources {
  const seen = (source: Source): Source => ({ ...source, folder: sandbox.inside(source.folder) });
  const { folder, primary, secondary } = sources;
  return {
    folder: sandbox.inside(folder),
    ...(primary && { primary: seen(primary) }),
    secondary: secondary.map(seen),
  };
}

/** Where a job's inputs go, and how. */
export interface Placing {
  /** Folder to make the sources' folders in. */
  readonly output: string;
  /** Name of the input that comes first; the first one's, if absent. */
  readonly primary?: string | undefined;
  /** Commits of history in clones; all of them, if absent or 0. */
  readonly cloneDepth?: number | undefined;
  /** Of clones; absent: none are fetched. */
  readonly submodules?: SubmodulePolicy | undefined;
}

type Needed = Pick<Tools, "workDir" | "artifacts" | "signal" | "way" | "client" | "log">;

/**
 * Downloads a job's inputs and puts each in a folder of its own: zips unpacked (P2.15, P12), references to full
 * clones cloned (P1.7).
 *
 * @throws ProviderError when an input is missing, refused, or can't be cloned
 */
export async function fetchSources(job: Job, tools: Needed, placing: Placing): Promise<Sources> {
  const inputs = job.inputArtifacts.toSorted(
    (a, b) => Number(b.name === placing.primary) - Number(a.name === placing.primary),
  );
  const [primary, ...secondary] = await Promise.all(
    inputs.map((artifact, index) =>
      fetchSource(job, artifact, transferFile(tools, `input-${index}`), tools, placing),
    ),
  );
  if (primary !== undefined) return { folder: primary.folder, primary, secondary };
  const folder = newSourceFolder(placing.output);
  mkdirSync(folder, { recursive: true });
  return { folder, secondary: [] };
}

async function fetchSource(
  job: Job,
  artifact: JobArtifact,
  file: string,
  tools: Needed,
  { output, cloneDepth: depth, submodules }: Placing,
): Promise<Source> {
  const folder = newSourceFolder(output);
  mkdirSync(dirname(folder));
  await tools.artifacts.download(artifact, file);
  const reference = await readCloneReference(file);
  if (reference === undefined) await unpack(file, folder, artifact.name);
  else await cloneRepository(reference, folder, { job, artifact: artifact.name, tools, depth, submodules });
  await rm(file);
  return { artifact, folder, repositoryUrl: reference?.cloneUrl ?? "" };
}

/** `…/src<9 digits>/src`, as on AWS (P2.19). */
function newSourceFolder(output: string): string {
  return join(output, `src${randomInt(1e8, 1e9)}`, "src");
}
