/** What a topic is told with: keys of the approval's role, where the operator has an STS (P0.16), else the server's own. */
import { assumeRoleRequest, readAssumedRole } from "../../network/assume-role.ts";
import { type AwsKeys, awsKeys } from "../../network/aws-request.ts";
import { allowedByUrl, failureOf, type OutgoingAnswer, send, type Way } from "../../network/index.ts";
import { NoKeysError } from "./no-keys-error.ts";
import type { Claimed, TopicDestination } from "./types.ts";

/** Less than a claim lasts, with the message itself. */
const TIME_LIMIT_MS = 5_000;
const SIZE_LIMIT = 256 * 1024;

interface Outgoing {
  readonly way: Way;
  readonly closing: AbortSignal;
}

/** @throws NoKeysError */
export async function topicKeys(
  { region, token }: { readonly region: string; readonly token: string },
  { roleArn }: Claimed["approval"],
  { credentials, roles }: TopicDestination,
  outgoing: Outgoing,
): Promise<AwsKeys> {
  if (roleArn === undefined || roles === undefined) return await own("sns", awsKeys(credentials));
  const role = { roleArn, sessionName: `AWSCodePipeline-${token}`, region };
  const answer = await ask(await own("sts", assumeRoleRequest(role, roles)), outgoing);
  const keys = readAssumedRole({ status: answer.status, body: answer.body.toString("utf8") });
  if (typeof keys === "string") throw new NoKeysError(`the role ${roleArn} could not be assumed: ${keys}`);
  return keys;
}

async function own<T>(service: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw new NoKeysError(
      `there are no AWS credentials: set credentials.${service}, or give them to the server`,
    );
  }
}

async function ask(
  request: Awaited<ReturnType<typeof assumeRoleRequest>>,
  { way, closing }: Outgoing,
): Promise<OutgoingAnswer> {
  try {
    return await send({
      ...request,
      allowed: [allowedByUrl(request.url)],
      way,
      timeLimit: TIME_LIMIT_MS,
      sizeLimit: SIZE_LIMIT,
      signal: closing,
    });
  } catch (error) {
    throw new NoKeysError(`AWS STS could not be reached: ${failureOf(error) ?? "the connection failed"}`);
  }
}
