import { open, realpath } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { MAX_BUILDSPEC_BYTES } from "../buildspec/index.ts";
import type { ArtifactTransfer } from "../provider.ts";
import { isInside } from "./collect/walk.ts";
import { PhaseFailure } from "./phase-failure.ts";

export interface LocatedBuildspec {
  readonly text: string;
  /** For the places in messages; `buildspec` when it is inline. */
  readonly fileName: string;
  /** As the log says it. */
  readonly location: string;
}

const DEFAULT_NAME = "buildspec.yml";
const S3_ARN = /^arn:aws:s3:::([^/]+)\/(.+)$/;

/**
 * Finds the buildspec that a project or action names (P3.1).
 *
 * @param value inline text, an object's ARN, or a path below `folder`; absent or empty for `buildspec.yml`
 * @param folder CODEBUILD_SRC_DIR: its path, and how commands know it
 * @param scratch a file to download to
 * @throws PhaseFailure YAML_FILE_ERROR
 */
export async function locateBuildspec(
  value: string | undefined,
  folder: { readonly path: string; readonly shown: string },
  artifacts: Pick<ArtifactTransfer, "download">,
  scratch: string,
): Promise<LocatedBuildspec> {
  if (value === undefined || value.trim() === "") {
    const text = await readBelow(folder.path, DEFAULT_NAME);
    if (text === undefined) throw new PhaseFailure("YAML_FILE_ERROR", "YAML file does not exist");
    return { text, fileName: DEFAULT_NAME, location: join(folder.shown, DEFAULT_NAME) };
  }
  if (value.includes("\n") || value.startsWith("version") || value.startsWith("{")) {
    return { text: value, fileName: "buildspec", location: "the project" };
  }
  if (value.startsWith("arn:aws:s3:::")) return await fromS3(value, artifacts, scratch);
  if (isAbsolute(value) || normalize(value).split("/").includes("..")) {
    throw new PhaseFailure(
      "YAML_FILE_ERROR",
      `buildspec path ${value} is not allowed: it must lie below the source folder, without '..'`,
    );
  }
  const text = await readBelow(folder.path, value);
  if (text === undefined) {
    throw new PhaseFailure("YAML_FILE_ERROR", `stat ${join(folder.shown, value)}: no such file or directory`);
  }
  return { text, fileName: value, location: join(folder.shown, value) };
}

/** The file's text; undefined when it isn't there, or a link leads out of the folder. */
async function readBelow(folder: string, path: string): Promise<string | undefined> {
  const real = await realpath(join(folder, path)).catch(() => undefined);
  if (real === undefined || !isInside(real, await realpath(folder))) return undefined;
  return await readText(real).catch(() => undefined);
}

/** The file's text, or so much of it that it shows as too large: a source may hold gigabytes under any name (A25). */
async function readText(file: string): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.min(size, MAX_BUILDSPEC_BYTES + 1));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  return bytes.toString("utf8", 0, bytesRead);
}

async function fromS3(
  arn: string,
  artifacts: Pick<ArtifactTransfer, "download">,
  scratch: string,
): Promise<LocatedBuildspec> {
  const [, bucket, key] = S3_ARN.exec(arn) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new PhaseFailure(
      "YAML_FILE_ERROR",
      `buildspec ${arn} doesn't name an object: arn:aws:s3:::<bucket>/<key>`,
    );
  }
  try {
    await artifacts.download({ name: "buildspec", bucket, key }, scratch);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PhaseFailure("YAML_FILE_ERROR", `buildspec ${arn} could not be read: ${reason}`, {
      cause: error,
    });
  }
  return { text: await readText(scratch), fileName: key, location: arn };
}
