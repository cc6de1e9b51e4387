import { openUsers, type UserSummary } from "../server/open-users.ts";
import { command } from "./command.ts";
import { accountOption, installationOf, installationOptions } from "./installation.ts";
import { UsageError } from "./options.ts";
import { principalOptions, readPolicyFile, readTags } from "./principal.ts";

/** `millrace user …`: who may call the servers of an installation, and what for (api.md §9). */
export const user = command({
  name: "user",
  positionals: "create NAME | list | update NAME | disable NAME | enable NAME | rotate NAME | remove NAME",
  description:
    "Keeps users with keys and policies of their own, in the data directory or database itself. Servers that run see\n" +
    'every change at once. `create` and `rotate` print {"userName","accessKeyId","secretAccessKey"}; the secret is\n' +
    "shown this once. `rotate` puts a new key in the place of the old one, also of a disabled user.\n" +
    "MILLRACE_SECRET_KEY counts as it does for `millrace start`.",
  options: { ...principalOptions, ...accountOption, ...installationOptions },

  async run(options, [verb, name, ...more]) {
    if (more.length > 0 || (verb === "list") !== (name === undefined)) throw misunderstood();
    const policy = await readPolicyFile("policy", options.policy);
    const tags = readTags(options.tag);
    if (verb === "create" && policy === undefined) throw new UsageError("create takes --policy FILE");
    if (verb === "update" && policy === undefined && tags === undefined)
      throw new UsageError("update takes --policy FILE, --tag KEY=VALUE, or both");
    if (verb === undefined || !VERBS.includes(verb)) throw misunderstood();

    await using opened = await openUsers(installationOf(options), verb === "create");
    const { users } = opened;
    const whom = { account: options.account, name: name ?? "" };
    switch (verb) {
      case "create":
        print(await users.create(whom, { policy: policy ?? "", tags: tags ?? {} }));
        break;
      case "list":
        for (const summary of await users.list()) process.stdout.write(lineOf(summary));
        break;
      case "update":
        await users.update(whom, { ...(policy !== undefined && { policy }), ...(tags && { tags }) });
        break;
      case "disable":
      case "enable":
        await users.setDisabled(whom, verb === "disable");
        break;
      case "rotate":
        print(await users.rotate(whom));
        break;
      case "remove":
        await users.remove(whom);
        break;
    }
    return 0;
  },
});

const VERBS = ["create", "list", "update", "disable", "enable", "rotate", "remove"];

function misunderstood(): UsageError {
  return new UsageError(
    "say what to do: millrace user create NAME --policy FILE, list, or update, disable, enable, rotate, remove NAME",
  );
}

function print(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** Tabs between name, account, key, state, and when it was made. */
function lineOf({ name, account, accessKeyId, disabled, created }: UserSummary): string {
  const state = disabled ? "disabled" : "enabled";
  return `${[name, account, accessKeyId, state, new Date(created).toISOString()].join("\t")}\n`;
}
