import { refuseCredential } from "../store/connections.ts";
import type { Reach } from "./call-host.ts";
import { tellStatus } from "./commit-status.ts";
import { type Opened, openConnection } from "./open-connection.ts";
import { repositoryAccess } from "./repository-access.ts";
import type { Room } from "./room.ts";
import { ConnectionError, type Connections } from "./types.ts";
import { whoAmI } from "./who-am-i.ts";

export interface OpeningRoom extends Room {
  readonly reach: Reach;
  /** The base of GitHub's repositories, without a trailing slash. */
  readonly gitHubUrl: string;
  /** What may be reached besides the public internet, as the operator wrote it. */
  readonly allowOutgoing: readonly string[];
}

/** Connections as those that fetch by them see them: tokens in clear. */
export function openings(room: OpeningRoom): Pick<Connections, "repository" | "tellStatus" | "doubt"> {
  const { store, reach, gitHubUrl, allowOutgoing } = room;

  return {
    async repository(account, arn, fullRepositoryId) {
      const opened = await openConnection(room, account, arn);
      const found = repositoryAccess(opened, fullRepositoryId, gitHubUrl);
      if (found !== undefined) return { ...found, allowOutgoing };
      throw new ConnectionError(
        "invalid",
        `[${opened.providerType}] No Repository [${fullRepositoryId}] found through connection ${arn}`,
      );
    },

    async tellStatus(account, arn, fullRepositoryId, status, signal) {
      try {
        const opened = await openConnection(room, account, arn);
        return await tellStatus(reach, opened, fullRepositoryId, status, signal);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        return { kind: "refused", reason: error.message, badToken: false };
      }
    },

    async doubt(account, arn) {
      try {
        await ask(await openConnection(room, account, arn));
      } catch (error) {
        // It is known to be of no use already.
        if (!(error instanceof ConnectionError)) throw error;
      }
    },
  };

  async function ask({ scope, id, providerType, endpoint, credential, sealed }: Opened): Promise<void> {
    try {
      await whoAmI(reach, providerType, endpoint, credential);
    } catch (error) {
      // What couldn't be asked is no news of the token.
      if (!(error instanceof ConnectionError) || error.reason !== "refused") return;
      await store.transaction((tx) => refuseCredential(tx, scope, id, sealed));
    }
  }
}
