/** Asks a provider whose token it is given, before the token is kept (S7.2; the providers' table of S7). */
import {
  type Allowed,
  DestinationError,
  OutgoingError,
  type OutgoingRequest,
  send,
  UnknownHostError,
  type Way,
} from "../../network/index.ts";
import { hostApi } from "./host-api.ts";
import { ConnectionError, type Credential, type ProviderType } from "./types.ts";

export interface Reach {
  /** GitHub's API, without a trailing slash: where connections of type GitHub ask. */
  readonly apiUrl: string;
  /** Destinations that are allowed besides the public internet. */
  readonly allowed: readonly Allowed[];
  readonly way: Way;
  /** Of Millrace. */
  readonly version: string;
}

const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 1024 ** 2;

/**
 * @param endpoint of the host, for providers that have one
 * @returns the name that the provider has for the token's owner; undefined where nobody can be asked
 * @throws ConnectionError when the token is refused, or nobody answers
 */
export async function whoAmI(
  reach: Reach,
  providerType: ProviderType,
  endpoint: string | undefined,
  credential: Credential,
): Promise<string | undefined> {
  const api = hostApi(reach.apiUrl, providerType, endpoint ?? "", credential);
  // Plain git knows no such question: a wrong token is found when something is fetched.
  if (api === undefined) return undefined;
  const { status, body } = await ask(reach, { method: "GET", url: `${api.base}/user`, headers: api.headers });
  // 403 is also what hosts say when they are asked too often: no word against the token itself (S7.2).
  if (status === 401 || status === 403)
    throw new ConnectionError(
      status === 401 ? "refused" : "invalid",
      `${providerType} refused the token (${status}). Nothing was changed.`,
    );
  if (status !== 200)
    throw new ConnectionError("invalid", `${providerType} answered ${status}, not who the token is of.`);
  return nameIn(body);
}

/** Sees that something answers at a host's endpoint. @throws ConnectionError */
export async function knock(reach: Reach, endpoint: string): Promise<void> {
  const { status } = await ask(reach, { method: "GET", url: `${endpoint}/`, headers: {} });
  if (status >= 500)
    throw new ConnectionError("invalid", `The host answered ${status}. Nothing was changed.`);
}

async function ask(
  { allowed, way, version }: Reach,
  { method, url, headers }: Pick<OutgoingRequest, "method" | "url" | "headers">,
) {
  try {
    return await send({
      method,
      url,
      headers: { accept: "application/json", "user-agent": `Millrace/${version}`, ...headers },
      allowed,
      way,
      timeLimit: TIME_LIMIT_MS,
      sizeLimit: SIZE_LIMIT,
    });
  } catch (error) {
    if (error instanceof DestinationError) throw new ConnectionError("invalid", error.message);
    if (error instanceof OutgoingError || error instanceof UnknownHostError)
      throw new ConnectionError("invalid", `${new URL(url).host} could not be reached: ${error.message}`);
    throw error;
  }
}

function nameIn(body: Buffer): string | undefined {
  try {
    const { login, username } = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    const name = login ?? username;
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
