/** The lines that wait to be delivered, oldest first: a few in memory, the others on disk (P11.4). */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import type { LogLine } from "../protocol.ts";

/** What is read and written at a time. */
const BLOCK_BYTES = 256 * 1024;
/** Of lines that are kept in memory, but for those that come before or after the ones on disk. */
const MEMORY_BYTES = 2 * 1024 * 1024;
const DISK_LIMIT = 64 * 1024 * 1024;
/** Where the disk takes nothing. */
const MEMORY_LIMIT = 16 * 1024 * 1024;

export interface Waiting {
  readonly line: LogLine;
  readonly bytes: number;
}

interface Block {
  readonly offset: number;
  readonly length: number;
}

/**
 * A queue. Reading and writing block for the moment that the system's page cache takes: nothing is awaited between the
 * chunks of a command's output.
 */
export class Backlog {
  readonly #path: string;
  /** In memory before, and after, what is on disk. */
  #head: Waiting[] = [];
  #tail: Waiting[] = [];
  #blocks: Block[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #bytes = 0;
  #fd: number | undefined;
  #end = 0;
  #diskFailed = false;

  /** @param path of a file that isn't there; made when it is needed, and nobody else's to see */
  constructor(path: string) {
    this.#path = path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Whether there is more than may wait: whoever writes should pause. */
  get isOverfull(): boolean {
    return this.#bytes > (this.#diskFailed ? MEMORY_LIMIT : DISK_LIMIT);
  }

  push(waiting: Waiting): void {
    this.#bytes += waiting.bytes;
    if (this.#tail.length === 0 && this.#blocks.length === 0 && this.#headBytes < MEMORY_BYTES) {
      this.#head.push(waiting);
      this.#headBytes += waiting.bytes;
      return;
    }
    this.#tail.push(waiting);
    this.#tailBytes += waiting.bytes;
    if (this.#tailBytes >= BLOCK_BYTES && !this.#diskFailed) this.#spill();
  }

  /** The oldest lines that have at most so many bytes together, at least one. They stay until they are dropped. */
  first(bytes: number): readonly Waiting[] {
    if (this.#head.length === 0) this.#refill();
    let sum = 0;
    const end = this.#head.findIndex((waiting, index) => {
      sum += waiting.bytes;
      return index > 0 && sum > bytes;
    });
    return end < 0 ? [...this.#head] : this.#head.slice(0, end);
  }

  /** Forgets the oldest lines. */
  drop(count: number): void {
    const bytes = this.#head.splice(0, count).reduce((sum, waiting) => sum + waiting.bytes, 0);
    this.#headBytes -= bytes;
    this.#bytes -= bytes;
  }

  /** Forgets everything, and lets go of the file. */
  clear(): void {
    this.#head = [];
    this.#tail = [];
    this.#blocks = [];
    this.#headBytes = this.#tailBytes = this.#bytes = 0;
    this.#closeFile();
  }

  #spill(): void {
    try {
      this.#fd ??= openHidden(this.#path);
      const text = Buffer.from(JSON.stringify(this.#tail));
      let written = 0;
      while (written < text.length)
        written += writeSync(this.#fd, text, written, text.length - written, this.#end + written);
      this.#blocks.push({ offset: this.#end, length: text.length });
      this.#end += text.length;
      this.#tail = [];
      this.#tailBytes = 0;
    } catch {
      this.#diskFailed = true;
    }
  }

  #refill(): void {
    const block = this.#blocks.shift();
    if (block === undefined || this.#fd === undefined) {
      this.#head = this.#tail;
      this.#headBytes = this.#tailBytes;
      this.#tail = [];
      this.#tailBytes = 0;
      return;
    }
    const text = Buffer.alloc(block.length);
    for (let read = 0; read < text.length; ) {
      const more = readSync(this.#fd, text, read, text.length - read, block.offset + read);
      if (more === 0) throw new Error("the log's backlog on disk ends too soon");
      read += more;
    }
    // What `spill` wrote, to a file that nobody else can name.
    this.#head = JSON.parse(text.toString("utf8")) as Waiting[];
    this.#headBytes = this.#head.reduce((sum, waiting) => sum + waiting.bytes, 0);
    if (this.#blocks.length === 0) this.#closeFile();
  }

  #closeFile(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#end = 0;
  }
}

/** Unlinked at once: gone with whoever has it open. */
function openHidden(path: string): number {
  const fd = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return fd;
}
