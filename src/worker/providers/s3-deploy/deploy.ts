/** What a deployment does: downloads, unpacks, uploads (P6.1 to P6.6). */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { archiveFiles } from "../../archive/index.ts";
import { readCloneReference } from "../../git/clone-reference.ts";
import type { Job, JobArtifact } from "../../protocol.ts";
import { type Outcome, ProviderError, type Tools } from "../../provider.ts";
import { onlyInput } from "../job-artifacts.ts";
import { contentType } from "./content-type.ts";
import { type DeployedFile, putFiles } from "./put-files.ts";
import { type Target, targetOf } from "./target.ts";

/** @throws ProviderError */
export async function deploy(job: Job, tools: Tools): Promise<Outcome> {
  const target = targetOf(job);
  const input = onlyInput(job);
  const zip = join(tools.workDir, "input.zip");
  const { etag, bytes } = await tools.artifacts.download(input, zip);
  const files = target.extract
    ? await spool(zip, input, target, tools)
    : [{ path: target.key, key: target.key, contentType: "application/zip", file: zip, bytes }];
  await putFiles(files, target, tools);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    kind: "done",
    summary: `Deployed ${files.length} files (${total} bytes) to s3://${target.bucket}/${target.key}`,
    externalExecutionId: etag,
  };
}

/** Unpacks file by file, under names of ours: the file system's own rules for names don't matter here. */
async function spool(
  zip: string,
  input: JobArtifact,
  { key }: Target,
  { workDir, signal }: Tools,
): Promise<readonly DeployedFile[]> {
  if ((await readCloneReference(zip)) !== undefined) {
    throw new ProviderError(
      "ConfigurationError",
      `Input artifact ${input.name} is a full clone reference, which only CodeBuild and Commands actions can use.`,
    );
  }
  const folder = join(workDir, "files");
  await mkdir(folder);
  const files: DeployedFile[] = [];
  for await (const entry of archiveFiles(zip, input.name)) {
    const file = join(folder, String(files.length));
    await pipeline(await entry.open(), createWriteStream(file), { signal });
    files.push({
      path: entry.path,
      key: key + entry.path,
      contentType: contentType(entry.path),
      file,
      bytes: entry.size,
    });
  }
  return files;
}
