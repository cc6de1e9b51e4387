/** Reads objects of a repository, one after another, through one `git cat-file --batch`. */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Readable } from "node:stream";
import { ended, git, spawnGit } from "./run-git.ts";

export interface GitObject {
  readonly type: string;
  readonly size: number;
  /** To be read to its end before the next object is asked for. */
  readonly body: Readable;
}

/** Dispose of it to end git. */
export class ObjectReader implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #ended: Promise<unknown>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(repository: string, signal: AbortSignal) {
    this.#child = spawnGit(["cat-file", "--batch"], { repository, signal });
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
    this.#ended = ended(this.#child, "cat-file").catch((error: unknown) => error);
  }

  /** @throws when there is no such object */
  async open(id: string): Promise<GitObject> {
    this.#child.stdin.write(`${id}\n`);
    const [, type, size] = /^\S+ (\S+) (\d+)$/.exec(await this.#line()) ?? [];
    if (type === undefined || size === undefined) {
      throw new Error(`git has no object ${id}`);
    }
    return { type, size: Number(size), body: Readable.from(this.#body(Number(size)), { objectMode: false }) };
  }

  async read(id: string): Promise<Buffer> {
    const { body } = await this.open(id);
    return Buffer.concat(await body.toArray());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    this.#child.stdout.destroy();
    await this.#ended;
  }

  async #line(): Promise<string> {
    let end = this.#buffer.indexOf(0x0a);
    while (end < 0) {
      this.#buffer = Buffer.concat([this.#buffer, await this.#more()]);
      end = this.#buffer.indexOf(0x0a);
    }
    const line = this.#buffer.toString("utf8", 0, end);
    this.#buffer = this.#buffer.subarray(end + 1);
    return line;
  }

  async *#body(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      const chunk = this.#buffer.length > 0 ? this.#buffer : await this.#more();
      const part = chunk.subarray(0, left);
      this.#buffer = chunk.subarray(part.length);
      left -= part.length;
      yield part;
    }
    if (this.#buffer.length === 0) {
      this.#buffer = await this.#more();
    }
    this.#buffer = this.#buffer.subarray(1);
  }

  async #more(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      const error = await this.#ended;
      throw error instanceof Error ? error : new Error("git cat-file ended early");
    }
    return next.value;
  }
}

/** Whether the repository holds this commit, reachable or not. */
export async function hasCommit(repository: string, commitId: string, signal: AbortSignal): Promise<boolean> {
  return await git(["cat-file", "-e", `${commitId}^{commit}`], { repository, signal }).then(
    () => true,
    () => false,
  );
}
