/** What the store says and the model doesn't. */
export class Difference extends Error {
  constructor(what: string, stored: unknown, model: unknown) {
    super(`${what}\n  stored: ${JSON.stringify(stored)}\n  model:  ${JSON.stringify(model)}`);
    this.name = "Difference";
  }
}

/** @throws Difference */
export function same(what: string, stored: unknown, model: unknown): void {
  if (JSON.stringify(stored) !== JSON.stringify(model)) throw new Difference(what, stored, model);
}
