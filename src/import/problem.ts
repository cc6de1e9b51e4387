/** What keeps an import from going on; nothing has been changed when one is told. */
export class ImportProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ImportProblem";
  }
}

/** Runs `work` and says of what it refuses where it stands: `web.yml, Resources.Build: …`. */
export function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImportProblem) throw new ImportProblem(`${place}: ${error.message}`);
    throw error;
  }
}

/** All problems of a round of work, so that they are told at once. */
export class Problems {
  readonly #found: string[] = [];

  add(...problems: readonly string[]): void {
    this.#found.push(...problems);
  }

  /** @returns undefined where `work` found a problem, which is kept */
  async attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ImportProblem)) throw error;
      this.add(error.message);
      return undefined;
    }
  }

  /** @throws ImportProblem, a line each */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new ImportProblem(this.#found.join("\n"));
  }
}
