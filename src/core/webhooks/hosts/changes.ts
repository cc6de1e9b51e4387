import type { ProviderType } from "../../connections/types.ts";
import type { Change } from "../../triggers/types.ts";
import type { ObjectValue } from "../types.ts";
import { bitbucketChanges } from "./bitbucket.ts";
import { gitHubChanges } from "./github.ts";
import { gitLabChanges } from "./gitlab.ts";

/**
 * What a delivery tells of, in one form for all hosts (S7.5).
 *
 * @param event as the host's header names it
 * @returns nothing for what can't start anything
 * @throws IncompleteError
 */
export function changesOf(
  providerType: ProviderType,
  event: string,
  payload: ObjectValue,
): readonly Change[] {
  switch (providerType) {
    case "GitHub":
    case "GitHubEnterpriseServer":
    case "Gitea":
      return gitHubChanges(event, payload);
    case "GitLab":
    case "GitLabSelfManaged":
      return gitLabChanges(event, payload);
    case "Bitbucket":
      return bitbucketChanges(event, payload);
    case "Git":
      return [];
  }
}
