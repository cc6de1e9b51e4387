/** What a command is: a file each in this folder, listed in main.ts. */
import type { OptionDeclarations, OptionValues } from "./options.ts";

export interface Command {
  readonly name: string;
  /** What follows the name, without the options: `EXECUTION`. */
  readonly positionals?: string;
  /** One or more lines for `--help`. */
  readonly description: string;
  readonly options: OptionDeclarations;
  /**
   * @param options as declared
   * @returns the exit code @throws UsageError, or any error to show in one line
   */
  run(options: never, positionals: readonly string[]): Promise<number>;
}

/** Declares a command; what it is given has the types that its options say. */
export function command<D extends OptionDeclarations>(
  parts: Omit<Command, "options" | "run"> & {
    readonly options: D;
    run(options: OptionValues<D>, positionals: readonly string[]): Promise<number>;
  },
): Command {
  return parts;
}
