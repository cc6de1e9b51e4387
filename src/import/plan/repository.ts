import {
  CreateRepositoryCommand,
  GetRepositoryCommand,
  RepositoryDoesNotExistException,
} from "@aws-sdk/client-codecommit";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";

/** Description and tags are given at creation; there is no operation here that changes them. */
export async function planRepository(
  { input, name, region }: Extract<Desired, { kind: "repository" }>,
  { codecommit }: Region,
): Promise<Step> {
  const shared = { kind: "repository", name, region } as const;
  try {
    const { repositoryMetadata: present } = await codecommit.send(
      new GetRepositoryCommand({ repositoryName: name }),
    );
    const differs = (present?.repositoryDescription ?? "") !== (input.repositoryDescription ?? "");
    return {
      ...shared,
      action: "keep",
      changes: [],
      notes: differs ? ["its description stays as it is: this server can't change it"] : [],
      apply: async () => undefined,
    };
  } catch (error) {
    if (!(error instanceof RepositoryDoesNotExistException)) throw error;
  }
  return {
    ...shared,
    action: "create",
    changes: diff(undefined, input),
    notes: [],
    async apply() {
      await codecommit.send(new CreateRepositoryCommand(input));
    },
  };
}
