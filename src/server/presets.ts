import { readFile } from "node:fs/promises";
import { type Preset, readPresets } from "../core/connections/index.ts";
import { ConfigurationError } from "./configuration-error.ts";

/** Tokens for connections that are yet to be made (S7.2). @throws ConfigurationError that shows no token */
export async function presetsOf(file: string | undefined): Promise<readonly Preset[]> {
  if (file === undefined) return [];
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError("connectionsFrom", `${file} can't be read (${error.code ?? error.message})`);
  });
  try {
    return readPresets(text);
  } catch (error) {
    throw new ConfigurationError(
      "connectionsFrom",
      `${file}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
