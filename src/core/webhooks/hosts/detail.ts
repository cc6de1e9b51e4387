/** What an execution that a connection started tells of its start (S4.29). */
import type { Change } from "../../triggers/types.ts";

interface Told {
  readonly providerType: string;
  readonly connectionArn: string;
  readonly deliveryId: string | undefined;
  /** More paths were changed than are matched (S4.21). */
  readonly pathsTruncated: boolean;
}

const MOST = 1_024;
const LONGEST_TEXTS = [200, 100, 50];

/** JSON of at most 1,024 characters: texts of strangers are cut until it is. */
export function triggerDetail(change: Change, told: Told): string {
  for (const longest of LONGEST_TEXTS) {
    const text = JSON.stringify(detailOf(change, told, longest));
    if (text.length <= MOST) return text;
  }
  return JSON.stringify(detailOf(change, told, 20)).slice(0, MOST);
}

function detailOf(
  change: Change,
  { providerType, connectionArn, deliveryId, pathsTruncated }: Told,
  longest: number,
) {
  const cut = (text: string) => {
    const characters = [...text];
    return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join("")}…`;
  };
  return {
    providerType,
    connectionArn,
    fullRepositoryName: cut(change.repository),
    ...(change.kind === "push"
      ? {
          eventType: "PUSH",
          ...(change.refType === "tag" ? { tagName: cut(change.name) } : { branchName: cut(change.name) }),
          commitId: change.after,
        }
      : {
          eventType: "PULL_REQUEST",
          pullRequestId: change.id,
          pullRequestEvent: change.event,
          branchName: cut(change.source),
          destinationBranchName: cut(change.target),
          commitId: change.commit,
        }),
    ...(deliveryId !== undefined && { deliveryId: cut(deliveryId) }),
    ...(pathsTruncated && { pathsTruncated }),
  };
}
