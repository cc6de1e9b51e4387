import { changeConnection, findConnectionRow, findHostRow } from "../store/connections.ts";
import { parseArn } from "./arn.ts";
import { openCredential } from "./credential.ts";
import { repositoryAccess } from "./repository-access.ts";
import type { Room } from "./room.ts";
import { connectionOf } from "./rows.ts";
import { ConnectionError, type Connections, type OpenedConnection } from "./types.ts";
import { type Reach, whoAmI } from "./who-am-i.ts";

export interface OpeningRoom extends Room {
  readonly reach: Reach;
  /** The base of GitHub's repositories, without a trailing slash. */
  readonly gitHubUrl: string;
  /** What may be reached besides the public internet, as the operator wrote it. */
  readonly allowOutgoing: readonly string[];
}

/** Connections as those that fetch by them see them: tokens in clear. */
export function openings(room: OpeningRoom): Pick<Connections, "repository" | "doubt"> {
  const { store, access, reach, gitHubUrl, allowOutgoing } = room;

  return {
    async repository(account, arn, fullRepositoryId) {
      const opened = await open(account, arn);
      const found = repositoryAccess(opened, fullRepositoryId, gitHubUrl);
      if (found !== undefined) return { ...found, allowOutgoing };
      throw new ConnectionError(
        "invalid",
        `[${opened.providerType}] No Repository [${fullRepositoryId}] found through connection ${arn}`,
      );
    },

    async doubt(account, arn) {
      const { scope, id, providerType, endpoint, credential } = await open(account, arn);
      try {
        await whoAmI(reach, providerType, endpoint, credential);
      } catch (error) {
        // What couldn't be asked is no news of the token.
        if (!(error instanceof ConnectionError) || error.reason !== "refused") return;
        await store.transaction(async (tx) => {
          await changeConnection(tx, scope, id, { status: "ERROR" });
        });
      }
    },
  };

  /** @throws ConnectionError in the words of S7.3 */
  async function open(account: string, arn: string): Promise<OpenedConnection> {
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
    return { ...connectionOf(row), arn, credential, ...(host !== undefined && { endpoint: host.endpoint }) };
  }
}
