/** What the server answers to one caller who asks again and again. */
import type { Api } from "./api.ts";
import { type Rig, rigOf } from "./rig.ts";

const CALLS = 20;

/** Each round is the same call, so many times one after the other. */
export function answerRig(api: Api, operation: string, input: object): Rig {
  const rig = rigOf(async () => {
    for (let call = 0; call < CALLS; call++) await api.call(operation, input);
  });
  return { ...rig, close: async () => api.close() };
}

/** @param perSecond rounds @returns milliseconds of one call */
export function callTime(perSecond: number): number {
  return 1_000 / perSecond / CALLS;
}
