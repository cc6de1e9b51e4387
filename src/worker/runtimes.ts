/** The runtimes that a worker's host has for `runtime-versions` of buildspecs (P3.25). */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";

export interface Runtime {
  /** As its makers number it: `18.19.0`. */
  readonly version: string;
  /** The folder of its programs, which goes first in PATH. */
  readonly bin: string;
}

/** By the name that buildspecs know a runtime by: `nodejs`, `python`, `corretto`, … */
export type Runtimes = ReadonlyMap<string, readonly Runtime[]>;

/**
 * Reads a file of runtimes: `{"nodejs": [{"version": "18.19.0", "bin": "/opt/node-18/bin"}]}`.
 *
 * @throws Error that says what is wrong with the file, and where
 */
export async function readRuntimes(file: string): Promise<Runtimes> {
  const content = parse(await readFile(file, "utf8"), file);
  if (!isObject(content)) throw new Error(`${file} must hold a JSON object from names of runtimes to lists`);
  const lists = Object.entries(content).map(async ([name, list]) => {
    if (!Array.isArray(list)) throw new Error(`${file}: ${name} must be a list of {"version", "bin"}`);
    const runtimes = list.map((entry, index) => readRuntime(entry, `${file}: ${name}[${index}]`));
    return [name, await Promise.all(runtimes)] as const;
  });
  return new Map(await Promise.all(lists));
}

/**
 * The runtime that a buildspec asks for: by its whole version, by the beginning of it (`18`, `18.x`), or `latest`; the
 * newest of those that fit. Undefined when none does.
 */
export function findRuntime(runtimes: readonly Runtime[], asked: string): Runtime | undefined {
  const beginning = asked.replace(/\.x$/, "");
  const fits = ({ version }: Runtime) =>
    asked === "latest" || version === asked || version.startsWith(`${beginning}.`);
  const exact = runtimes.find(({ version }) => version === asked);
  return exact ?? runtimes.filter(fits).toSorted(newestFirst).at(0);
}

function newestFirst(a: Runtime, b: Runtime): number {
  return b.version.localeCompare(a.version, "en", { numeric: true });
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} holds no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

async function readRuntime(entry: unknown, where: string): Promise<Runtime> {
  const { version, bin } = isObject(entry) ? entry : {};
  if (typeof version !== "string" || version === "")
    throw new Error(`${where}.version must be a text, "18.19.0" for example`);
  if (typeof bin !== "string" || !isAbsolute(bin))
    throw new Error(`${where}.bin must be the absolute path of a folder`);
  const found = await stat(bin).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new Error(`${where}.bin: there is no folder ${bin}`);
  return { version, bin };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
