/**
 * A shape after the pipe has validated it: the SDK types required members as possibly undefined, the validator has
 * refused requests that lack them (api.md §1.4).
 */
export type Checked<T> = T extends Date | Uint8Array
  ? T
  : T extends object
    ? { [K in keyof T]: Checked<Exclude<T[K], undefined>> }
    : T;
