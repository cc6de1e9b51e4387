/** Sources that are polled for and can't be, as GetPipelineState tells of them (api.md §11; sources.md S5.6). */
import type { SourceBinding } from "../../core/commands/types.ts";
import { idleSince } from "../../core/store/idle-pipelines.ts";
import { failedPolls } from "../../core/store/source-polls.ts";
import type { PipelineRow } from "../../core/store/tables/pipelines.ts";
import type { Call } from "../aws-json/operation.ts";
import type { Declaration } from "./declaration.ts";
import { identityOf, pollingOf } from "./poll-starts.ts";

export interface FailingPoll {
  readonly action: string;
  /** Of the action's errorDetails, as in those of a source that fails when it runs. */
  readonly code: string;
  readonly message: string;
}

/** What is kept of polls elsewhere, and, while polling goes on (S5.8), what isn't here now. */
export async function failingPolls(
  call: Call,
  pipeline: PipelineRow,
  declaration: Declaration,
): Promise<FailingPoll[]> {
  const db = call.core.store.read;
  const elsewhere = await failedPolls(db, pipeline.id);
  if ((await idleSince(db, pipeline, call.now)) !== undefined) return elsewhere;
  const here = await Promise.all(pollingOf(declaration).map((binding) => failureHere(call, binding)));
  return [...elsewhere, ...here.flat()];
}

async function failureHere(call: Call, binding: SourceBinding): Promise<FailingPoll[]> {
  if (binding.provider === "GitHub" || (await identityOf(call, binding)) !== undefined) return [];
  const message = await absence(call, binding);
  return [{ action: binding.action, code: "ConfigurationError", message }];
}

/** In the words of the sources themselves. */
async function absence({ core, scope }: Call, { provider, container, item }: SourceBinding): Promise<string> {
  if (provider === "S3")
    return `The object with key '${item}' could not be found in the S3 bucket ${container}.`;
  const repository = await core.repositories.find(scope, container);
  return repository === undefined
    ? `The action failed because the AWS CodeCommit repository ${container} could not be found. Make sure you are using the correct repository name, and then try again.`
    : `The action failed because no branch named ${item} was found in the selected AWS CodeCommit repository ${container}. Make sure you are using the correct branch name, and then try again.`;
}
