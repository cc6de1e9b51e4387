import { invalid } from "./project.ts";

const MAX_BATCH = 100;

/**
 * The list of a BatchGet… operation. It is judged before the caller's rights, which are asked for by its elements.
 *
 * @throws AwsError InvalidInputException
 */
export function checkedBatch(member: string, values: readonly string[] = []): readonly string[] {
  if (values.length >= 1 && values.length <= MAX_BATCH) return values;
  throw invalid(`Invalid ${member}: ${values.length} given. Give 1 to ${MAX_BATCH}`);
}
