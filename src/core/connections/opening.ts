import { findConnectionRow, findHostRow, refuseCredential } from "../store/connections.ts";
import { parseArn } from "./arn.ts";
import { tellStatus } from "./commit-status.ts";
import { openCredential } from "./credential.ts";
import { repositoryAccess } from "./repository-access.ts";
import type { Room } from "./room.ts";
import { connectionOf } from "./rows.ts";
import { ConnectionError, type Connections, type OpenedConnection, type RepositoryAccess } from "./types.ts";
import { type Reach, whoAmI } from "./who-am-i.ts";

export interface OpeningRoom extends Room {
  readonly reach: Reach;
  /** The base of GitHub's repositories, without a trailing slash. */
  readonly gitHubUrl: string;
  /** What may be reached besides the public internet, as the operator wrote it. */
  readonly allowOutgoing: readonly string[];
}

interface Opened extends OpenedConnection {
  /** The token as it is stored: another one is stored otherwise. */
  readonly sealed: string;
}

/** Connections as those that fetch by them see them: tokens in clear. */
export function openings(room: OpeningRoom): Pick<Connections, "repository" | "tellStatus" | "doubt"> {
  const { store, access, reach, gitHubUrl, allowOutgoing } = room;

  return {
    async repository(account, arn, fullRepositoryId) {
      return find(await open(account, arn), fullRepositoryId);
    },

    async tellStatus(account, arn, fullRepositoryId, status, signal) {
      try {
        const opened = await open(account, arn);
        find(opened, fullRepositoryId);
        // Its clone's name is taken for a repository too; by the APIs it isn't.
        const repository = fullRepositoryId.replace(/^\/+|\.git$/g, "");
        return await tellStatus(reach, opened, repository, status, signal);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        return { kind: "refused", reason: error.message, badToken: false };
      }
    },

    async doubt(account, arn) {
      try {
        await ask(await open(account, arn));
      } catch (error) {
        // It is known to be of no use already.
        if (!(error instanceof ConnectionError)) throw error;
      }
    },
  };

  /** @throws ConnectionError in the words of S7.3 */
  function find(opened: Opened, fullRepositoryId: string): RepositoryAccess {
    const found = repositoryAccess(opened, fullRepositoryId, gitHubUrl);
    if (found !== undefined) return { ...found, allowOutgoing };
    throw new ConnectionError(
      "invalid",
      `[${opened.providerType}] No Repository [${fullRepositoryId}] found through connection ${opened.arn}`,
    );
  }

  async function ask({ scope, id, providerType, endpoint, credential, sealed }: Opened): Promise<void> {
    try {
      await whoAmI(reach, providerType, endpoint, credential);
    } catch (error) {
      // What couldn't be asked is no news of the token.
      if (!(error instanceof ConnectionError) || error.reason !== "refused") return;
      await store.transaction((tx) => refuseCredential(tx, scope, id, sealed));
    }
  }

  /** @throws ConnectionError in the words of S7.3 */
  async function open(account: string, arn: string): Promise<Opened> {
    const named = parseArn(arn);
    const isHere = named?.kind === "connection" && named.scope.account === account;
    const row = isHere ? await findConnectionRow(store.read, named.scope, named.id) : undefined;
    if (named === undefined || row === undefined)
      throw new ConnectionError("notFound", `Connection ${arn} could not be found.`);
    const unavailable = (why: string) =>
      new ConnectionError("unavailable", `Connection ${arn} is not available (${why}).`);
    if (row.status !== "AVAILABLE" || row.credential === null) throw unavailable(row.status);
    const credential = openCredential(access, row, row.credential);
    if (credential === undefined)
      throw unavailable("its token was sealed with another key than this server's");
    const host = row.host_id === null ? undefined : await findHostRow(store.read, named.scope, row.host_id);
    if (row.host_id !== null && host?.status !== "AVAILABLE") throw unavailable("its host is not available");
    const endpoint = host && { endpoint: host.endpoint };
    return { ...connectionOf(row), arn, credential, sealed: row.credential, ...endpoint };
  }
}
