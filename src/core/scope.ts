/** The account and region that everything is keyed by (design decision 6). */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** Time, ids and randomness come from here, so that tests and simulation decide them (design decision 10). */
export interface Ambient {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A new id in the form of a UUID v4. Ids aren't secrets: what must be unguessable is made of `randomBytes`. */
  newId(): string;
  /** `size` unguessable bytes. */
  randomBytes(size: number): Uint8Array;
}
