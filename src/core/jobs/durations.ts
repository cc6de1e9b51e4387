/** From hand-out to acknowledgement (E3.10). */
export const ACKNOWLEDGEMENT_MS = 30_000;
/** From one sign of life of a built-in worker to the next (E3.15). */
export const WORKER_LEASE_MS = 60_000;
/** From the delivery of a job to its function, to the function's own answer (E10). */
export const FUNCTION_REPLY_MS = 20 * 60_000;
/** Of artifact credentials (api.md §15); GetJobDetails renews them. */
export const CREDENTIALS_MS = 60 * 60 * 1000;
/** Between two jobs of a built-in action or rule that goes on (P0.4). */
export const CONTINUATION_MS = 15_000;
