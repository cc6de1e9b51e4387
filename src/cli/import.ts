import { importFiles } from "../import/index.ts";
import { clientConfig, clientOptions } from "./client-config.ts";
import { command } from "./command.ts";
import { UsageError } from "./options.ts";
import { UnreachableError } from "./signed-fetch.ts";
import { forTerminal } from "./terminal-text.ts";
import { readTexts } from "./texts-file.ts";

/** `millrace import FILE…`: what AWS's users wrote down elsewhere, made on a server. */
export const importing = command({
  name: "import",
  positionals: "FILE…",
  description: [
    "Makes pipelines, and what they need, from pipeline declarations in JSON or YAML (as `aws codepipeline",
    "get-pipeline` prints them), CloudFormation templates, and the CDK's cloud assemblies (cdk.out).",
    "Everything is checked before anything is changed; importing again updates what differs.",
  ].join("\n"),
  options: {
    ...clientOptions,
    "dry-run": { type: "boolean", help: "Shows what would change, and changes nothing." },
    "stack-name": {
      type: "string",
      value: "NAME",
      help: "Of a template: begins the names that it doesn't give. Default: the file's name.",
    },
    parameter: { type: "list", value: "NAME=VALUE", help: "A parameter of the templates; again and again." },
    secrets: {
      type: "string",
      value: "FILE",
      help: "A JSON object: values of {{resolve:…}} references and of NoEcho parameters, by name.",
    },
    "renew-secrets": {
      type: "boolean",
      help: "Sends secrets again, which can't be compared with what the server has.",
    },
  },

  async run(options, files) {
    if (files.length === 0) throw new UsageError("what is to be imported? Give one file or more");
    const target = await clientConfig(options);
    const request = {
      files,
      dryRun: options["dry-run"],
      stackName: options["stack-name"],
      parameters: readParameters(options.parameter),
      secretValues: options.secrets === undefined ? {} : await readTexts("secrets", options.secrets),
      renewsSecrets: options["renew-secrets"],
    };
    try {
      await importFiles(request, target, (line) => process.stdout.write(`${forTerminal(line)}\n`));
      return 0;
    } catch (error) {
      // A connection that fails has one of Node's codes; what the server says, and our own problems, have none.
      if (error instanceof Error && "code" in error) throw new UnreachableError(target.endpoint, error);
      throw error;
    }
  },
});

/** @param given `NAME=VALUE` each @throws UsageError that shows no value */
function readParameters(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const sign = text.indexOf("=");
      if (sign < 1) throw new UsageError("--parameter takes NAME=VALUE");
      return [text.slice(0, sign), text.slice(sign + 1)];
    }),
  );
}
