/** What a job is told of the repository that it may fetch by a connection (P1.25, P1.26). */
import { ConnectionError, type RepositoryAccess } from "../../core/connections/index.ts";
import type { Core } from "../../core/core.ts";

export type ConnectedRepository = { readonly repository: RepositoryAccess } | { readonly refused: string };

/**
 * @param artifact an input of the job that refers to its repository; undefined for the job's own source
 * @throws JobError
 */
export async function connectedRepository(
  { jobs, connections }: Core,
  account: string,
  jobId: string,
  artifact: string | undefined,
): Promise<ConnectedRepository> {
  const source = await jobs.connectionSource({ account }, jobId, artifact);
  if (source === undefined) return { refused: "This job fetches nothing by a connection." };
  const { connectionArn, fullRepositoryId } = source;
  try {
    return { repository: await connections.repository(account, connectionArn, fullRepositoryId) };
  } catch (error) {
    if (error instanceof ConnectionError) return { refused: error.message };
    throw error;
  }
}

/** The job was refused with the connection's token. @throws JobError */
export async function doubtConnection(
  { jobs, connections }: Core,
  account: string,
  jobId: string,
  artifact: string | undefined,
): Promise<void> {
  const source = await jobs.connectionSource({ account }, jobId, artifact);
  if (source === undefined) return;
  await connections.doubt(account, source.connectionArn);
}
