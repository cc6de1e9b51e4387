/** Which server a command calls, and as whom. */
import { findLocalServer } from "../server/local-server.ts";
import { type OptionDeclarations, UsageError } from "./options.ts";
import type { Target } from "./signed-fetch.ts";

/** Options of every command that calls a server. */
export const clientOptions = {
  endpoint: {
    type: "string",
    value: "URL",
    help: "The server to call; AWS_ENDPOINT_URL counts too. Default: the one that runs on the data directory.",
  },
  "data-dir": {
    type: "string",
    value: "FOLDER",
    default: "./.millrace",
    help: "Where the server's URL and the root key are found when the environment names none.",
  },
} as const satisfies OptionDeclarations;

/**
 * The endpoint by option, `MILLRACE_ENDPOINT` or `AWS_ENDPOINT_URL`, the key by `AWS_ACCESS_KEY_ID` and its like, or
 * both from the data directory.
 *
 * @throws UsageError for an endpoint that is no URL, Error that says what is missing
 */
export async function clientConfig(
  options: { readonly endpoint: string | undefined; readonly "data-dir": string },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Target> {
  const local = await findLocalServer(options["data-dir"]);
  const endpoint = options.endpoint ?? (environment.AWS_ENDPOINT_URL || local?.url);
  const credentials = credentialsOf(environment) ?? local?.credentials;
  if (endpoint === undefined)
    throw new Error(
      `no server found: give --endpoint (or MILLRACE_ENDPOINT), or the --data-dir of one that runs here; ${options["data-dir"]} has none`,
    );
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ""))
    throw new UsageError(`--endpoint takes an http or https URL, got '${endpoint}'`);
  if (credentials === undefined)
    throw new Error(
      `no credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the --data-dir of a server that runs here; ${options["data-dir"]} has none`,
    );
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || local?.region || "us-east-1";
  return { endpoint, region, credentials };
}

function credentialsOf({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: Readonly<Record<string, string | undefined>>): Target["credentials"] | undefined {
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
