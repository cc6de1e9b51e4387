import { ConnectionError } from "../../core/connections/index.ts";
import { AwsError } from "../aws-json/error.ts";

const EXCEPTIONS: Readonly<Record<ConnectionError["reason"], string>> = {
  notFound: "ResourceNotFoundException",
  tooMany: "LimitExceededException",
  unavailable: "ResourceUnavailableException",
  invalid: "InvalidInputException",
  refused: "InvalidInputException",
};

/** @throws AwsError for what the room refuses, in this service's words */
export async function answering<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ConnectionError) throw new AwsError(EXCEPTIONS[error.reason], error.message);
    throw error;
  }
}

export function invalidToken(): AwsError {
  return new AwsError(
    "InvalidInputException",
    "The NextToken is not one of this list. Give the token of the page before, or none to begin anew.",
  );
}
