import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;

/** The descriptors of our driver, by the names of its pipes. */
const NAMES = { commands: 3, answers: 4, stdout: 1, stderr: 2 } as const;

/** Says what the pipes' names begin with, to their shell alone: what runs as another user can't read its environment. */
export const PIPES_VARIABLE = "MILLRACE_PIPES";

/** What a shell does first, to have its pipes as descriptors 1 to 4. */
export const REDIRECTION = `exec </dev/null ${Object.entries(NAMES)
  .map(([name, fd]) => `${fd}${fd === NAMES.commands ? "<" : ">"}"$${PIPES_VARIABLE}.${name}"`)
  .join(" ")}
unset ${PIPES_VARIABLE}`;

/**
 * What leads to and from a shell in a container: named pipes in a folder that the container has, too. The engine's own
 * streams pass through processes of its own, behind which an answer would overtake the output before it.
 */
export class ShellPipes {
  /** What their names begin with. */
  readonly name: string;
  readonly commands: Socket;
  readonly answers: Socket;
  readonly stdout: { readonly reader: Socket };
  readonly stderr: { readonly reader: Socket };
  readonly #names: readonly string[];
  /** Held until the shell has its own: else those that read would find an end, and nobody could write. */
  readonly #held: readonly number[];

  private constructor(folder: string, prefix: string) {
    this.name = prefix;
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

  /** @param folder that nobody else can write to, or list @throws when the system has no `mkfifo` */
  static async make(folder: string): Promise<ShellPipes> {
    const prefix = randomBytes(16).toString("hex");
    // Any user of a build's may open them who knows their names.
    await promisify(execFile)("mkfifo", ["-m", "666", ...names(folder, prefix)]);
    return new ShellPipes(folder, prefix);
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
