import { clientConfig, clientOptions } from "./client-config.ts";
import { command } from "./command.ts";

/** `millrace env`: what a shell must know to call a server as root, to be given to `eval`. */
export const env = command({
  name: "env",
  description: [
    "Prints the variables by which the AWS CLI and SDKs call the server on this host, with the key in its data directory:",
    '  eval "$(npx millrace env)"',
    "The key may do everything: let no log keep what this prints.",
  ].join("\n"),
  options: clientOptions,

  async run(options) {
    // Not the variables that are set already: those of another server would stay.
    const { endpoint, region, credentials } = await clientConfig(options, {});
    const lines = Object.entries({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      // boto3 and version 1 of the AWS CLI look at this one only.
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
    // One that is left of another server's session would go with this key.
    process.stdout.write(`${lines.join("")}unset AWS_SESSION_TOKEN\n`);
    return 0;
  },
});

/** For a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
