import { principalArn } from "../../core/access/index.ts";
import type { Call } from "../aws-json/operation.ts";
import { invalid } from "./project.ts";

/** Seals a position of a list to its caller, operation, account and region. */
export function pageToken(call: Call, list: string, position: string): string {
  return call.core.access.seal(position, context(call, list));
}

/**
 * The position that a token of this very list holds; undefined without a token.
 *
 * @throws AwsError InvalidInputException when it is another list's, or altered
 */
export function positionOf(call: Call, list: string, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const position = call.core.access.unseal(token, context(call, list));
  if (position === undefined) {
    throw invalid("Invalid nextToken: give the token of the page before, or none to begin anew");
  }
  return position;
}

function context({ caller, scope }: Call, list: string): string {
  return `codebuild/${scope.account}/${scope.region}/${principalArn(caller)}/${list}`;
}
