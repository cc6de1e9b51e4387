/** Which files go first (P6.5): a page must not name what isn't there yet. */
import { extname } from "node:path/posix";

/** Pages, and documents without an extension, which are pages too more often than not. */
export function isPage(path: string): boolean {
  return ["", ".html", ".htm"].includes(extname(path).toLowerCase());
}

/** Two waves: the second starts when the first is there. */
export function inWaves<F extends { readonly path: string }>(files: readonly F[]): readonly (readonly F[])[] {
  return [files.filter(({ path }) => !isPage(path)), files.filter(({ path }) => isPage(path))];
}
