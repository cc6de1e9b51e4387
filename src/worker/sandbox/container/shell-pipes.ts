import { execFile } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;

/** The descriptors of our driver, by the names of its pipes. */
const NAMES = { commands: 3, answers: 4, stdout: 1, stderr: 2 } as const;

/**
 * What leads to and from a shell in a container: named pipes in a folder that the container has, too. The engine's own
 * streams pass through processes of its own, behind which an answer would overtake the output before it.
 */
export class ShellPipes {
  readonly commands: Socket;
  readonly answers: Socket;
  readonly stdout: { readonly reader: Socket };
  readonly stderr: { readonly reader: Socket };
  readonly #names: readonly string[];
  /** Held until the shell has its own: else those that read would find an end, and nobody could write. */
  readonly #held: readonly number[];

  private constructor(folder: string, prefix: string) {
    const at = (name: keyof typeof NAMES) => join(folder, `${prefix}.${name}`);
    const held: number[] = [];
    const hold = (name: keyof typeof NAMES, flags: number) => {
      const end = openSync(at(name), flags);
      held.push(end);
      return end;
    };
    const reader = (name: keyof typeof NAMES) => {
      const fd = openSync(at(name), O_RDONLY | O_NONBLOCK);
      hold(name, O_WRONLY);
      return new Socket({ fd, readable: true, writable: false });
    };
    hold("commands", O_RDWR);
    this.commands = new Socket({ fd: openSync(at("commands"), O_WRONLY), readable: false, writable: true });
    this.answers = reader("answers");
    this.stdout = { reader: reader("stdout") };
    this.stderr = { reader: reader("stderr") };
    this.#held = held;
    this.#names = names(folder, prefix);
  }

  /** @param folder that nobody else can write to @throws when the system has no `mkfifo` */
  static async make(folder: string, prefix: string): Promise<ShellPipes> {
    // A build's other users may open them; nobody else gets to the folder.
    await promisify(execFile)("mkfifo", ["-m", "666", ...names(folder, prefix)]);
    return new ShellPipes(folder, prefix);
  }

  /** What a shell does first, to have these as its descriptors 1 to 4. @param folder as the container knows it */
  static redirection(folder: string, prefix: string): string {
    return [
      "exec </dev/null",
      ...Object.entries(NAMES).map(
        ([name, fd]) => `${fd}${fd === 3 ? "<" : ">"}${join(folder, `${prefix}.${name}`)}`,
      ),
    ].join(" ");
  }

  /** To be called when there will be no shell. */
  destroy(): void {
    this.detach();
    for (const end of [this.commands, this.answers, this.stdout.reader, this.stderr.reader]) end.destroy();
  }

  /** To be called once the shell has opened them all, or has ended without: nobody finds them by name then. */
  detach(): void {
    for (const end of this.#held) closeSync(end);
    for (const name of this.#names) rmSync(name, { force: true });
  }
}

function names(folder: string, prefix: string): string[] {
  return Object.keys(NAMES).map((name) => join(folder, `${prefix}.${name}`));
}
