/** Asks a provider whose token it is given, before the token is kept (S7.2; the providers' table of S7). */
import { DestinationError, failureOf } from "../../network/index.ts";
import { callHost, type Reach } from "./call-host.ts";
import { hostApi } from "./host-api.ts";
import { ConnectionError, type Credential, type ProviderType } from "./types.ts";

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
  const { status, body } = await ask(reach, `${api.base}/user`, api.headers);
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
  const { status } = await ask(reach, `${endpoint}/`, {});
  if (status >= 500)
    throw new ConnectionError("invalid", `The host answered ${status}. Nothing was changed.`);
}

async function ask(reach: Reach, url: string, headers: Readonly<Record<string, string>>) {
  try {
    return await callHost(reach, { method: "GET", url, headers });
  } catch (error) {
    if (error instanceof DestinationError) throw new ConnectionError("invalid", error.message);
    const reason = failureOf(error);
    if (reason === undefined) throw error;
    throw new ConnectionError("invalid", `${new URL(url).host} could not be reached: ${reason}`);
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
