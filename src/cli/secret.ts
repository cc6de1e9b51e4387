import { REGION } from "../server/defaults.ts";
import { openSecrets, type SecretSummary } from "../server/open-secrets.ts";
import { command } from "./command.ts";
import { accountOption, installationOf, installationOptions } from "./installation.ts";
import { UsageError } from "./options.ts";
import { readSecret } from "./read-secret.ts";

/** `millrace secret set|list|remove`: what PARAMETER_STORE and SECRETS_MANAGER variables name (P3.9). */
export const secret = command({
  name: "secret",
  positionals: "set NAME | list | remove NAME",
  description:
    "Keeps secrets for the PARAMETER_STORE and SECRETS_MANAGER variables of builds and commands, sealed, in the data\n" +
    "directory or database itself; servers may run meanwhile. `set` takes the value from stdin, a file or a hidden\n" +
    "prompt; the value before it stays as AWSPREVIOUS. MILLRACE_SECRET_KEY counts as it does for `millrace start`.",
  options: {
    "value-file": { type: "string", value: "FILE", help: "Where `set` reads the value instead." },
    allow: {
      type: "string",
      value: "LIST",
      help: "project:NAME,pipeline:NAME,… that may read it; a list once set stays. Default: all of the account.",
    },
    region: { type: "string", value: "REGION", default: REGION, help: "Of the actions." },
    ...accountOption,
    ...installationOptions,
  },

  async run(options, [verb, name, ...more]) {
    const scope = { account: options.account, region: options.region };
    if (more.length > 0) throw misunderstood();
    if (verb === "set" && name !== undefined) {
      const value = await readSecret(`value of ${name}: `, options["value-file"]);
      await using opened = await openSecrets(installationOf(options));
      await opened.secrets.set(scope, name, value, options.allow?.split(","));
      return 0;
    }
    if (verb === "list" && name === undefined) {
      await using opened = await openSecrets(installationOf(options));
      for (const summary of await opened.secrets.list(scope)) process.stdout.write(lineOf(summary));
      return 0;
    }
    if (verb === "remove" && name !== undefined) {
      await using opened = await openSecrets(installationOf(options));
      if (await opened.secrets.remove(scope, name)) return 0;
      throw new Error(`there is no secret ${name} in ${options.region}; millrace secret list shows them`);
    }
    throw misunderstood();
  },
});

function misunderstood(): UsageError {
  return new UsageError("say what to do: millrace secret set NAME, list, or remove NAME");
}

/** Tabs between name, stages with their version and time, and readers. */
function lineOf({ name, allowed, versions }: SecretSummary): string {
  const stages = versions.map(
    ({ stage, id, created }) => `${stage} ${id} ${new Date(created).toISOString()}`,
  );
  return `${[name, ...stages, `allowed: ${allowed?.join(",") ?? "all"}`].join("\t")}\n`;
}
