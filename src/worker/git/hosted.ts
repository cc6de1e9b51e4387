/** Repositories of the job's own server, and what opens them. */
import type { Way } from "../../network/index.ts";
import { basicAuthentication, type Remote, trusting } from "../../remotes/index.ts";
import type { ArtifactCredentials, Job } from "../protocol.ts";

/** A repository that the server of this job hosts (P1.13, S6.3). */
export function hostedRemote(
  job: Job,
  repositoryName: string,
  way: Way,
  credentials: ArtifactCredentials = job.artifactCredentials,
): Remote {
  const url = `${job.publicUrl}/git/${encodeURIComponent(repositoryName)}.git`;
  return {
    url,
    owner: job.accountId,
    config: { ...trusting(way), ...basicAuthentication(url, basicCredentials(credentials)) },
  };
}

/** Name and password by which git shows a job's keys (S6.3). */
export function basicCredentials({ accessKeyId, secretAccessKey, sessionToken }: ArtifactCredentials) {
  return { username: `${accessKeyId}%${sessionToken}`, password: secretAccessKey };
}
