import { openConnections } from "../server/open-connections.ts";
import { command } from "./command.ts";
import { installationOf, installationOptions } from "./installation.ts";
import { UsageError } from "./options.ts";
import { reachOf, reachOptions } from "./reach.ts";

/** `millrace host complete ARN`: sees that a git host of one's own answers (S7.2). */
export const host = command({
  name: "host",
  positionals: "complete ARN",
  description:
    "Asks the endpoint of a host, and makes the host AVAILABLE when it answers: connections can be made on it then.\n" +
    "Works in the data directory or database itself; servers may run meanwhile.",
  options: {
    ...reachOptions,
    ...installationOptions,
  },

  async run(options, [verb, arn, ...more]) {
    if (verb !== "complete" || arn === undefined || more.length > 0)
      throw new UsageError("say what to do: millrace host complete ARN");
    await using opened = await openConnections(installationOf(options), reachOf(options));
    await opened.completeHost(arn);
    process.stdout.write("AVAILABLE\n");
    return 0;
  },
});
