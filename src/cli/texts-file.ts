/** A file of values by name; no value is ever part of a message. */
import { readFile } from "node:fs/promises";
import { UsageError } from "./options.ts";

/** A JSON object from names to texts, in a file. @throws UsageError */
export async function readTexts(option: string, path: string): Promise<Record<string, string>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${option}: ${path} can't be read (${error.code ?? error.message})`);
  });
  const content = parse(text);
  if (!isTexts(content))
    throw new UsageError(`--${option}: ${path} must hold one JSON object from names to texts`);
  return content;
}

/** @returns undefined for what is no JSON: the parser's message would show a part of it */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTexts(content: unknown): content is Record<string, string> {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return false;
  return Object.values(content).every((value) => typeof value === "string");
}
