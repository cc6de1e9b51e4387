import {
  CodeCommitClient,
  CodeCommitServiceException,
  CreateRepositoryCommand,
} from "@aws-sdk/client-codecommit";
import { clientConfig, clientOptions } from "./client-config.ts";
import { command } from "./command.ts";
import { UsageError } from "./options.ts";
import { UnreachableError } from "./signed-fetch.ts";

/** `millrace repository create NAME`: a hosted git repository to push to (S6). */
export const repository = command({
  name: "repository",
  positionals: "create NAME",
  description: [
    "Makes a hosted git repository and prints its clone URL.",
    "git asks for a user and a password there: give an access key id and its secret access key.",
  ].join("\n"),
  options: {
    ...clientOptions,
    description: { type: "string", value: "TEXT", help: "What the repository is for." },
  },

  async run(options, [verb, name, ...more]) {
    if (verb !== "create" || name === undefined || more.length > 0) {
      throw new UsageError("say what to do: millrace repository create NAME");
    }
    const target = await clientConfig(options);
    const client = new CodeCommitClient(target);
    try {
      const { repositoryMetadata } = await client.send(
        new CreateRepositoryCommand({ repositoryName: name, repositoryDescription: options.description }),
      );
      process.stdout.write(`${repositoryMetadata?.cloneUrlHttp}\n`);
      return 0;
    } catch (error) {
      // The SDK's errors of an answer say whose fault it is; where that is missing, there was none.
      throw error instanceof CodeCommitServiceException
        ? error
        : new UnreachableError(target.endpoint, error);
    } finally {
      client.destroy();
    }
  },
});
