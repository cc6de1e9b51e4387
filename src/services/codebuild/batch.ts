import { invalid } from "./project.ts";

const MAX_BATCH = 100;

/**
 * What every BatchGet… operation asks of its list.
 *
 * @throws AwsError InvalidInputException
 */
export function checkBatch(member: string, values: readonly string[]): void {
  if (values.length >= 1 && values.length <= MAX_BATCH) return;
  throw invalid(`Invalid ${member}: ${values.length} given. Give 1 to ${MAX_BATCH}`);
}
