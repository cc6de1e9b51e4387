/** Calls of services outside, tried again while they fail in a passing way (P0.11). */
import {
  allowedByUrl,
  DestinationError,
  OutgoingError,
  type OutgoingRequest,
  send,
  UnknownHostError,
  type Way,
} from "../../network/index.ts";
import { cut } from "../outcome.ts";
import { type JobLog, ProviderError } from "../provider.ts";
import { withRetries } from "../retry.ts";

export type OutsideRequest = Pick<OutgoingRequest, "method" | "url" | "headers" | "body">;

export interface CallOptions extends Pick<OutgoingRequest, "timeLimit" | "answerLimit" | "sizeLimit"> {
  /** As messages name it: `AWS Lambda`. */
  readonly service: string;
  readonly signal: AbortSignal;
  readonly way: Way;
  /**
   * Whether to send again when nobody knows if the request arrived. What invokes something isn't repeated then: it
   * could happen twice.
   */
  readonly repeatable: boolean;
  /** Which answers say: later. Those of status 429 and 5xx, if not given. */
  isPassing?(status: number): boolean;
  /**
   * The request, made anew for each try: a signature holds for minutes only. Its URL is of the operator's settings,
   * so it is allowed.
   */
  request(): Promise<OutsideRequest>;
}

export interface OutsideAnswer {
  readonly status: number;
  /** A header by its name in lower case, if it came once. */
  header(name: string): string | undefined;
  readonly body: string;
}

/** Characters of an answer's body that a message shows. */
const EXCERPT = 500;

/** The beginning of an answer's body, for a message. Secrets are hidden first: half of one is never found. */
export function excerptOf({ body }: OutsideAnswer, log: Pick<JobLog, "mask">): string {
  return cut(log.mask(body), EXCERPT);
}

/** An answer that says: later. */
class NotNowError extends Error {}

/**
 * @returns the answer, unless it says: later
 * @throws ProviderError SystemUnavailable when the service couldn't be reached; the signal's reason once it is aborted
 */
export async function call(options: CallOptions): Promise<OutsideAnswer> {
  const { service, signal, repeatable } = options;
  const isUnsent = (error: unknown) =>
    error instanceof UnknownHostError || (error instanceof OutgoingError && error.unsent);
  try {
    return await withRetries(() => once(options), {
      service,
      signal,
      isTransient: (error) =>
        error instanceof NotNowError || isUnsent(error) || (repeatable && error instanceof OutgoingError),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DestinationError) throw new ProviderError("ConfigurationError", error.message);
    if (!(error instanceof OutgoingError)) throw error;
    throw new ProviderError("SystemUnavailable", `${service} could not be reached: ${error.message}`);
  }
}

function isNotNow(status: number): boolean {
  return status === 429 || status >= 500;
}

async function once(options: CallOptions): Promise<OutsideAnswer> {
  const request = await options.request();
  const { timeLimit, answerLimit, sizeLimit, signal, way, isPassing = isNotNow } = options;
  const { status, headers, body } = await send({
    ...request,
    allowed: [allowedByUrl(request.url)],
    way,
    timeLimit,
    ...(answerLimit !== undefined && { answerLimit }),
    sizeLimit,
    signal,
  });
  if (isPassing(status)) throw new NotNowError(`it answered ${status}`);
  return {
    status,
    body: body.toString("utf8"),
    header(name) {
      const value = headers[name];
      return typeof value === "string" ? value : undefined;
    },
  };
}
