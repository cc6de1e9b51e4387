import { DestinationError, UnknownHostError, type Way } from "../../network/index.ts";
import { GitError, GitMissingError, GitOutputError, listRefs, remoteFailure } from "../../remotes/index.ts";
import { remoteOf } from "./remote.ts";
import { ConnectionError, type Connections } from "./types.ts";

/** The refs of a repository, or why they can't be had: nothing of the token stands in it. */
export type SeenRefs = { readonly refs: ReadonlyMap<string, string> } | { readonly failure: string };

export async function refsOf(
  connections: Pick<Connections, "repository" | "doubt">,
  {
    account,
    arn,
    repository,
  }: { readonly account: string; readonly arn: string; readonly repository: string },
  { way, signal }: { readonly way: Way; readonly signal: AbortSignal },
): Promise<SeenRefs> {
  try {
    const access = await connections.repository(account, arn, repository);
    return { refs: await listRefs(await remoteOf(account, access, way), signal) };
  } catch (error) {
    if (signal.aborted) return { failure: `${repository} could not be listed in time` };
    if (remoteFailure(error) === "denied") {
      await connections.doubt(account, arn);
      return { failure: `the connection ${arn} was refused` };
    }
    if (error instanceof GitError)
      return { failure: `git could not list ${repository}: ${remoteFailure(error)}` };
    if (error instanceof GitOutputError) return { failure: `${repository} has too many refs to be listed` };
    const isKnown = [ConnectionError, DestinationError, UnknownHostError, GitMissingError].some(
      (kind) => error instanceof kind,
    );
    if (isKnown && error instanceof Error) return { failure: error.message };
    throw error;
  }
}
