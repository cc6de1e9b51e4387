import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Tools } from "../provider.ts";

/** A file on its way from or to the artifact store: in a folder of ours that commands aren't shown (P10.1). */
export function transferFile({ workDir }: Pick<Tools, "workDir">, name: string): string {
  const folder = join(workDir, "artifacts");
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}
