/** Where the requests of a command itself may go: the options and variables of `millrace start`. */
import type { CommandReach } from "../server/open-connections.ts";
import type { OptionDeclarations } from "./options.ts";
import { wayGiven, wayOptions } from "./way.ts";

export const reachOptions = {
  "allow-outgoing": {
    type: "string",
    value: "HOSTS",
    help: "What requests may reach besides the public internet: host:port,*.domain,10.0.0.0/8.",
  },
  ...wayOptions,
  "github-api-url": { type: "string", value: "URL", help: "GitHub's API, as for `millrace start`." },
} as const satisfies OptionDeclarations;

export function reachOf(
  options: Parameters<typeof wayGiven>[0] & {
    readonly "allow-outgoing": string | undefined;
    readonly "github-api-url": string | undefined;
  },
): CommandReach {
  const { "allow-outgoing": hosts, "github-api-url": gitHubApiUrl } = options;
  return {
    allowOutgoing: hosts?.split(",") ?? [],
    ...wayGiven(options),
    ...(gitHubApiUrl !== undefined && { gitHubApiUrl }),
  };
}
