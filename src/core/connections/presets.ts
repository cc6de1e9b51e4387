/** The operator's file of tokens (S7.2): `{"<connection name>": {"provider", "token", "user"?, "endpoint"?}}`. */
import { isProviderType, needsHost } from "./provider-types.ts";
import type { Preset } from "./types.ts";

const MEMBERS = ["provider", "token", "user", "endpoint"];

/** @throws Error that names the connection and the member, and shows no token */
export function readPresets(text: string): readonly Preset[] {
  const content = parse(text);
  return Object.entries(content).map(([name, entry]) => {
    const wrong = (problem: string) => new Error(`connection '${name}': ${problem}`);
    if (!isObject(entry)) throw wrong('must be {"provider": …, "token": …}');
    const unknown = Object.keys(entry).find((member) => !MEMBERS.includes(member));
    if (unknown !== undefined) throw wrong(`has no member '${unknown}'; there are ${MEMBERS.join(", ")}`);
    const { provider, token, user, endpoint } = entry;
    if (typeof provider !== "string" || !isProviderType(provider))
      throw wrong("provider must be a ProviderType, such as GitHub");
    if (typeof token !== "string" || token === "") throw wrong("token must be a text that is not empty");
    if (user !== undefined && typeof user !== "string") throw wrong("user must be a text");
    if (endpoint !== undefined && typeof endpoint !== "string") throw wrong("endpoint must be a URL");
    if (needsHost(provider) !== (endpoint !== undefined))
      throw wrong(
        needsHost(provider)
          ? `${provider} needs the endpoint of its host: no other gets the token`
          : `${provider} has one place, and takes no endpoint`,
      );
    return {
      name,
      providerType: provider,
      ...(endpoint !== undefined && { endpoint: endpoint.replace(/\/+$/, "") }),
      credential: { token, ...(user !== undefined && { user }) },
    };
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's message would quote what stands there.
    throw new Error("it is not JSON");
  }
  if (!isObject(content)) throw new Error("it must be an object of connections by name");
  return content;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
