import { ObjectError } from "./error.ts";
import type { WriteConditions } from "./object-store.ts";

/**
 * Holds the key's present object against what a writer asked to be true of it.
 * @param etag of the present object, undefined when there is none
 * @throws ObjectError PreconditionFailed, NoSuchKey
 */
export function checkWriteConditions(conditions: WriteConditions, etag: string | undefined): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined) {
    if (etag === undefined) throw new ObjectError("NoSuchKey", "The specified key does not exist.");
    if (!matches(ifMatch, etag)) throw failed("If-Match");
  }
  if (ifNoneMatch !== undefined && etag !== undefined && matches(ifNoneMatch, etag)) {
    throw failed("If-None-Match");
  }
}

function matches(etags: readonly string[], etag: string): boolean {
  return etags.includes("*") || etags.includes(etag);
}

function failed(header: string): ObjectError {
  return new ObjectError(
    "PreconditionFailed",
    `At least one of the pre-conditions you specified did not hold: ${header}`,
  );
}
