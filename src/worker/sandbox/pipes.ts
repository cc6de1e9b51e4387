import { execFile } from "node:child_process";
import { closeSync, constants, openSync, rmSync, unlinkSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Made at once, since making them takes a process. */
const BATCH = 32;

/** A real pipe: what is written to `writeEnd` (a descriptor to hand to a child, then close) comes out of `reader`. */
export interface OutputPipe {
  readonly writeEnd: number;
  readonly reader: Socket;
  /** Closes this process's copy of the write end. */
  release(): void;
}

/** The other way round: what is written to `writeEnd` can be read from `readEnd`, a descriptor to hand to a child. */
export interface InputPipe {
  readonly readEnd: number;
  readonly writeEnd: number;
  /** Closes this process's copy of the read end. */
  release(): void;
}

/**
 * Node connects a child by socket pairs, and a socket can't be opened by name: `echo … > /dev/stderr` and
 * `tee /dev/stdout` would fail in every build. Named pipes, opened and unlinked at once, can.
 */
export class PipeMaker {
  readonly #ready: string[] = [];
  #folder: string | undefined;
  #made = 0;
  #making: Promise<void> | undefined;

  /** @throws when the system has no `mkfifo` */
  async take(): Promise<OutputPipe> {
    const path = await this.#next();
    // In this order neither end waits for the other, so none of this blocks.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
    return {
      writeEnd,
      reader: new Socket({ fd: readEnd, readable: true, writable: false }),
      release: () => closeSync(writeEnd),
    };
  }

  /** @throws when the system has no `mkfifo` */
  async takeInput(): Promise<InputPipe> {
    const path = await this.#next();
    // An end that is open both ways lets the other two open at once, without making the reader's non-blocking.
    const both = openSync(path, constants.O_RDWR);
    const readEnd = openSync(path, constants.O_RDONLY);
    const writeEnd = openSync(path, constants.O_WRONLY);
    closeSync(both);
    unlinkSync(path);
    return { readEnd, writeEnd, release: () => closeSync(readEnd) };
  }

  async #next(): Promise<string> {
    for (;;) {
      const path = this.#ready.pop();
      if (path !== undefined) return path;
      this.#making ??= this.#make().finally(() => {
        this.#making = undefined;
      });
      await this.#making;
    }
  }

  async #make(): Promise<void> {
    this.#folder ??= await newFolder();
    const folder = this.#folder;
    this.#made += BATCH;
    const paths = Array.from({ length: BATCH }, (_, index) => join(folder, String(this.#made - index)));
    await promisify(execFile)("mkfifo", ["-m", "600", ...paths]);
    this.#ready.push(...paths);
  }
}

/** Gone with this process. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-pipes-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
