import { PatternError } from "../../matching/index.ts";
import type { ArtifactSpec, Buildspec } from "./buildspec.ts";
import type { Fields } from "./fields.ts";
import { readGlob } from "./glob.ts";
import type { Problems } from "./problems.ts";

/** `artifacts` with its secondary ones (P3.5). Secondary artifacts alone make no primary one. */
export function readArtifacts(
  fields: Fields | undefined,
  problems: Problems,
): Pick<Buildspec, "artifacts" | "secondaryArtifacts"> {
  if (fields === undefined) return { secondaryArtifacts: new Map() };
  const secondary = fields.maps("secondary-artifacts");
  const primary = readArtifact(fields, problems, { filesRequired: secondary.length === 0 });
  const secondaryArtifacts = new Map(
    secondary.flatMap(([name, inner]) => {
      const spec = readArtifact(inner, problems, { filesRequired: true });
      return spec === undefined ? [] : [[name, spec] as const];
    }),
  );
  return { secondaryArtifacts, ...(primary === undefined ? {} : { artifacts: primary }) };
}

function readArtifact(
  fields: Fields,
  problems: Problems,
  { filesRequired }: { readonly filesRequired: boolean },
): ArtifactSpec | undefined {
  const files = fields.placedTexts("files");
  const excludePaths = fields.placedTexts("exclude-paths");
  const base = fields.text("base-directory");
  // Only artifacts of type S3 have a name and a prefix (P3.32): pipelines decide both.
  fields.text("name");
  fields.text("s3-prefix");
  const discardPaths = fields.yes("discard-paths");
  const enableSymlinks = fields.yes("enable-symlinks");
  fields.warnOfUnknown();
  for (const { text, at } of [...files, ...excludePaths, ...(base === undefined ? [] : [base])]) {
    try {
      readGlob(text);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      problems.error(at, error.message);
    }
  }
  if (filesRequired && countOf(fields, "files") === 0) {
    problems.error(fields.at, `${fields.pathOf("files")} is required`);
  }
  if (files.length === 0) return undefined;
  return {
    files: files.map(({ text }) => text),
    excludePaths: excludePaths.map(({ text }) => text),
    discardPaths,
    enableSymlinks,
    ...(base === undefined ? {} : { baseDirectory: base.text }),
  };
}

/** How many items stand there, strings or not; 0 when the key is absent or empty. */
function countOf(fields: Fields, key: string): number {
  const value = fields.entry(key)?.value;
  if (value === undefined || value.kind === "empty") return 0;
  return value.kind === "list" ? value.items.length : 1;
}
