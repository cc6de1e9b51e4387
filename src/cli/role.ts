import { openUsers } from "../server/open-users.ts";
import { command } from "./command.ts";
import { accountOption, installationOf, installationOptions } from "./installation.ts";
import { UsageError } from "./options.ts";
import { principalOptions, readPolicyFile, readTags } from "./principal.ts";

/** `millrace role …`: what users can become by STS AssumeRole (api.md §9.3). */
export const role = command({
  name: "role",
  positionals: "create NAME | list | update NAME | remove NAME",
  description:
    "Keeps roles that users can take by AssumeRole, in the data directory or database itself. Servers that run see\n" +
    "every change at once; the sessions of a role end with it. `list` prints name, account, creation and ARN.",
  options: {
    ...principalOptions,
    trust: { type: "string", value: "FILE", help: "Who may take it: a trust policy in IAM's JSON." },
    path: {
      type: "string",
      value: "PATH",
      help: "Of a new one, as its ARN has it before the name: /service-role/. Default /.",
    },
    ...accountOption,
    ...installationOptions,
  },

  async run(options, [verb, name, ...more]) {
    if (more.length > 0 || (verb === "list") !== (name === undefined)) throw misunderstood();
    const policy = await readPolicyFile("policy", options.policy);
    const trust = await readPolicyFile("trust", options.trust);
    const tags = readTags(options.tag);
    const { path } = options;
    if (verb === "create" && (policy === undefined || trust === undefined))
      throw new UsageError("create takes --policy FILE and --trust FILE");
    if (verb === "update" && policy === undefined && trust === undefined && tags === undefined)
      throw new UsageError("update takes --policy FILE, --trust FILE or --tag KEY=VALUE");
    if (path !== undefined && verb !== "create")
      throw new UsageError("--path is for create: the path of a role stays what it is");
    if (verb === undefined || !VERBS.includes(verb)) throw misunderstood();

    await using opened = await openUsers(installationOf(options), verb === "create");
    const { roles } = opened;
    const settings = { policy: policy ?? "", trust: trust ?? "", tags: tags ?? {} };
    const which = { account: options.account, name: name ?? "" };
    switch (verb) {
      case "create":
        process.stdout.write(
          `${await roles.create(which, { ...settings, ...(path !== undefined && { path }) })}\n`,
        );
        break;
      case "list":
        for (const { account, name: one, arn, created } of await roles.list())
          process.stdout.write(`${[one, account, new Date(created).toISOString(), arn].join("\t")}\n`);
        break;
      case "update":
        await roles.update(which, {
          ...(policy !== undefined && { policy }),
          ...(trust !== undefined && { trust }),
          ...(tags && { tags }),
        });
        break;
      case "remove":
        await roles.remove(which);
        break;
    }
    return 0;
  },
});

const VERBS = ["create", "list", "update", "remove"];

function misunderstood(): UsageError {
  return new UsageError(
    "say what to do: millrace role create NAME --policy FILE --trust FILE, list, or update, remove NAME",
  );
}
