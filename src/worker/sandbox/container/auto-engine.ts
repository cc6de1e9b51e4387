import { findProgram } from "../../find-program.ts";
import { mayHaveContainers, removeContainers } from "./container.ts";
import { ENGINES, Engine, type EngineName } from "./engine.ts";
import { hasImage } from "./image.ts";

/** One that doesn't answer for so long isn't there: a build waits for it. */
const ANSWER_MS = 10_000;
const LATE = `not within ${ANSWER_MS / 1000} s`;

/**
 * The engine of a worker whose executor is `auto` (P2.8): looked for when the first build could use one, since a worker
 * starts without waiting for engines, and not again.
 */
export class AutoEngine {
  readonly #warn: (message: string) => void;
  #looking: Promise<Engine | undefined> | undefined;
  #found: Engine | undefined;

  /** @param warn told of an engine that is installed and doesn't answer */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** What `find` has found; undefined before. */
  get found(): Engine | undefined {
    return this.#found;
  }

  /** The first of this host's engines that answers, if one does. */
  find(): Promise<Engine | undefined> {
    this.#looking ??= this.#look();
    return this.#looking;
  }

  /** Whether there is one, which has this image, as `isImageName` has it. */
  async has(image: string): Promise<boolean> {
    const engine = await this.find();
    if (engine === undefined) return false;
    const signal = AbortSignal.timeout(ANSWER_MS);
    const has = await hasImage(engine, image, signal);
    if (signal.aborted && !has)
      this.#warn(
        `${engine.name} doesn't say whether it has image ${image}, whose build runs on this host: ${LATE}`,
      );
    return has;
  }

  /** As `removeContainers`: by every engine, since another may have been the first when they were made. */
  async removeContainers(jobsFolder: string): Promise<void> {
    if (!mayHaveContainers(jobsFolder)) return;
    for (const name of ENGINES) {
      const engine = await this.#open(name);
      if (engine !== undefined) await removeContainers(engine, jobsFolder).catch(() => undefined);
    }
  }

  async #look(): Promise<Engine | undefined> {
    for (const name of ENGINES) {
      this.#found = await this.#open(name);
      if (this.#found !== undefined) break;
    }
    return this.#found;
  }

  async #open(name: EngineName): Promise<Engine | undefined> {
    const program = await findProgram(name);
    if (program === undefined) return undefined;
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      return await Engine.open(name, program, { signal });
    } catch (error) {
      const reason = signal.aborted ? LATE : (error as Error).message;
      this.#warn(`${name} is installed and doesn't answer, so no build runs in its containers: ${reason}`);
      return undefined;
    }
  }
}
