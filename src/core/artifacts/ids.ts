import type { Ambient } from "../scope.ts";

/**
 * Version and upload ids carry their place in the bucket's order in front of what makes them unguessable: a listing
 * goes on behind an id also when what it named is gone, as a caller that deletes page by page needs it.
 */
export function sequencedId(sequence: number, ambient: Pick<Ambient, "randomBytes">): string {
  const random = Buffer.from(ambient.randomBytes(18)).toString("base64url");
  return sequence.toString(36).padStart(8, "0") + random;
}

/** @returns undefined when `id` is none of `sequencedId` */
export function sequenceOf(id: string): number | undefined {
  const [, digits] = /^([0-9a-z]{8})[\w-]{24}$/.exec(id) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 36);
}
