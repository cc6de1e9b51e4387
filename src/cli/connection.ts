import { REGION } from "../server/defaults.ts";
import { type Connection, openConnections } from "../server/open-connections.ts";
import { command } from "./command.ts";
import { accountOption, installationOf, installationOptions } from "./installation.ts";
import { UsageError } from "./options.ts";
import { reachOf, reachOptions } from "./reach.ts";
import { readSecret } from "./read-secret.ts";

/** `millrace connection list|complete|webhook`: what a connection and its git host must know of each other (S7.2, S7.6). */
export const connection = command({
  name: "connection",
  positionals: "list | complete ARN | webhook ARN",
  description:
    "Completes connections to git hosts, in the data directory or database itself; servers may run meanwhile.\n" +
    "`complete` takes a token from a file, stdin or a hidden prompt, asks the host whose it is, and keeps it sealed:\n" +
    "the connection is AVAILABLE then. `webhook` prints where the host is to send its deliveries, as JSON: url, events,\n" +
    "and the secret when it is new; with --register the host is told so. In place of the ARN a name will do that only\n" +
    "one connection has.\n" +
    "MILLRACE_SECRET_KEY counts as it does for `millrace start`.",
  options: {
    "token-file": { type: "string", value: "FILE", help: "Where `complete` reads the token instead." },
    user: {
      type: "string",
      value: "NAME",
      help: "Whose token it is, where the host wants to know: app passwords of Bitbucket, plain git.",
    },
    register: {
      type: "list",
      value: "REPO",
      help: "`webhook` has the host send the deliveries of this repository, too: owner/repo, by the connection's token.",
    },
    "new-secret": { type: "boolean", help: "`webhook` makes a new secret; the old one counts no more." },
    "public-url": {
      type: "string",
      value: "URL",
      help: "Where hosts reach the server, as for `millrace start`. Default: the URL of the server that runs here.",
    },
    region: { type: "string", value: "REGION", default: REGION, help: "Of the connections." },
    ...reachOptions,
    ...accountOption,
    ...installationOptions,
  },

  async run(options, [verb, given, ...more]) {
    const scope = { account: options.account, region: options.region };
    if (verb === "list" && given === undefined) {
      await using opened = await openConnections(installationOf(options), reachOf(options));
      for (const one of await opened.list(scope)) process.stdout.write(lineOf(one));
      return 0;
    }
    if (given === undefined || more.length > 0) throw misunderstood();
    if (verb === "webhook") {
      await using opened = await openConnections(installationOf(options), reachOf(options));
      const { register, "new-secret": renews, "public-url": publicUrl } = options;
      const address = await opened.webhook(scope, given, { renews, publicUrl });
      // Before the host is asked: whatever that has against it, the secret counts from now on and is shown only here.
      process.stdout.write(`${JSON.stringify(address)}\n`);
      if (register.length > 0) await opened.register(scope, given, register, publicUrl);
      return 0;
    }
    if (verb !== "complete") throw misunderstood();
    const { user } = options;
    const token = (await readSecret("token: ", options["token-file"])).trim();
    if (token === "") throw new UsageError("the token is empty");
    await using opened = await openConnections(installationOf(options), reachOf(options));
    const owner = await opened.complete(scope, given, { token, ...(user !== undefined && { user }) });
    process.stdout.write(owner === undefined ? "AVAILABLE\n" : `AVAILABLE as ${owner}\n`);
    return 0;
  },
});

function misunderstood(): UsageError {
  return new UsageError("say what to do: millrace connection list, complete ARN, or webhook ARN");
}

/** Tabs between ARN, name, provider, status, and the host's ARN. */
function lineOf({ arn, name, providerType, status, hostArn }: Connection): string {
  return `${[arn, name, providerType, status, hostArn ?? ""].join("\t").trimEnd()}\n`;
}
