/** What the shapes of our own target can't say: how long names are, and which numbers count. */
import type { ReportedState } from "../../core/builds/index.ts";
import type { SecretKind } from "../../core/secrets/types.ts";
import { AwsError } from "../aws-json/error.ts";
import type { PollRequest } from "./door.ts";

const LONGEST_NAME = 200;
/** An ARN with all that may follow it. */
const LONGEST_SECRET_NAME = 2_048;
const MOST_CAPABILITIES = 100;
/** More than there are built-in types; each is asked for by itself. */
const MOST_TYPES = 200;
/** Each is asked for by itself as well. */
const MOST_REGIONS = 50;
/** The largest that a Date holds. */
const LATEST_TIME = 8.64e15;

interface Worker {
  readonly workerId: string;
  readonly version: string;
  readonly capabilities: readonly string[];
}

/** @throws AwsError ValidationException */
export function checkWorker({ workerId, version, capabilities }: Worker): void {
  for (const [member, text] of Object.entries({ workerId, version })) checkName(member, text);
  if (capabilities.length > MOST_CAPABILITIES)
    throw invalid("capabilities", `${capabilities.length} entries`, `at most ${MOST_CAPABILITIES}`);
  for (const capability of capabilities) checkName("capabilities", capability);
}

/** @throws AwsError ValidationException */
export function checkPoll({ actionTypeIds, regions, maxBatchSize, waitSeconds }: PollRequest): void {
  if (regions !== undefined && (regions.length === 0 || regions.length > MOST_REGIONS))
    throw invalid("regions", `${regions.length} entries`, `1 to ${MOST_REGIONS}, or no such member`);
  for (const region of regions ?? []) checkName("regions", region);
  if (actionTypeIds.length > MOST_TYPES)
    throw invalid("actionTypeIds", `${actionTypeIds.length} entries`, `at most ${MOST_TYPES}`);
  if (!Number.isSafeInteger(maxBatchSize) || maxBatchSize < 1)
    throw invalid("maxBatchSize", `${maxBatchSize}`, "a whole number from 1 on");
  if (waitSeconds < 0) throw invalid("waitSeconds", `${waitSeconds}`, "a number of seconds from 0 on");
}

/** @throws AwsError ValidationException */
export function checkBuildState({ phases }: ReportedState): void {
  for (const { startTime, endTime = startTime } of phases) {
    for (const [member, time] of Object.entries({ startTime, endTime })) {
      if (!Number.isSafeInteger(time) || Math.abs(time) > LATEST_TIME)
        throw invalid(`build.phases.${member}`, `${time}`, "milliseconds since the epoch");
    }
  }
}

/** @throws AwsError ValidationException */
export function secretKind(kind: string): SecretKind {
  if (kind === "parameter-store" || kind === "secrets-manager") return kind;
  throw invalid("kind", `'${kind.slice(0, LONGEST_NAME)}'`, "parameter-store or secrets-manager");
}

/** @throws AwsError ValidationException */
export function checkSecretName(name: string): void {
  if (name.length > LONGEST_SECRET_NAME)
    throw invalid("name", `${name.length} characters`, `at most ${LONGEST_SECRET_NAME}`);
}

function checkName(member: string, text: string): void {
  if (text === "" || text.length > LONGEST_NAME)
    throw invalid(member, `${text.length} characters`, `1 to ${LONGEST_NAME}`);
}

function invalid(member: string, given: string, allowed: string): AwsError {
  return new AwsError("ValidationException", `${member} has ${given}; give ${allowed}.`);
}
