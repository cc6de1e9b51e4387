/** Options of a command: declared once, read from the command line or from `MILLRACE_*`, shown by `--help`. */
import { parseArgs } from "node:util";

export type OptionDeclaration = {
  /** One line for `--help`. */
  readonly help: string;
} & (
  | {
      readonly type: "string";
      /** What stands for the value in `--help`: `PORT`. */
      readonly value: string;
      readonly default?: string;
    }
  | { readonly type: "boolean" }
  | {
      /** May be given more than once, on the command line only. */
      readonly type: "list";
      readonly value: string;
    }
);

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

export type OptionValues<D extends OptionDeclarations> = {
  readonly [K in keyof D]: D[K] extends { type: "boolean" }
    ? boolean
    : D[K] extends { type: "list" }
      ? readonly string[]
      : D[K] extends { default: string }
        ? string
        : string | undefined;
};

/** The command line can't be understood: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/**
 * The command line goes before the environment, the environment before defaults.
 *
 * @param args without the command's name
 * @throws UsageError
 */
export function readOptions<D extends OptionDeclarations>(
  declarations: D,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { options: OptionValues<D>; positionals: readonly string[] } {
  const { values, positionals } = parse(declarations, args);
  const options = Object.fromEntries(
    Object.entries(declarations).map(([name, declaration]) => {
      const given = values[name];
      if (given !== undefined) return [name, given];
      if (declaration.type === "list") return [name, []];
      const variable = environmentName(name);
      const text = environment[variable];
      if (declaration.type === "boolean") return [name, text !== undefined && readBoolean(variable, text)];
      return [name, text === undefined || text === "" ? declaration.default : text];
    }),
  );
  return { options: options as OptionValues<D>, positionals };
}

/** `data-dir` → `MILLRACE_DATA_DIR` */
export function environmentName(option: string): string {
  return `MILLRACE_${option.toUpperCase().replaceAll("-", "_")}`;
}

/** An option of createServer as the command line has it: `dataDir` → `data-dir` */
export function flagOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @throws UsageError */
export function readChoice<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const choice = allowed.find((known) => known === text);
  if (choice === undefined) throw new UsageError(`--${option} takes ${allowed.join(", ")}, got '${text}'`);
  return choice;
}

/** @throws UsageError */
export function readNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${option} takes a whole number, got '${text}'`);
  return Number(text);
}

function parse(declarations: OptionDeclarations, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(declarations).map(([name, { type }]) => [
      name,
      type === "list" ? ({ type: "string", multiple: true } as const) : { type },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's advice on positional arguments that begin with a dash helps nobody here.
    throw new UsageError(error.message.split(". ", 1)[0] ?? error.message);
  }
}

function readBoolean(variable: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off|)$/i.test(text)) return false;
  throw new UsageError(`${variable} must be true or false, got '${text}'`);
}
