/** As many requests as a server answers. */
import { Connection } from "./connection.ts";
import type { Rig } from "./rig.ts";

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly requestsPerRound: number;
  /** Asked once a round: the request that is sent over and over in it. */
  readonly request: () => Buffer;
}

/** Each round sends the same request so many times, over all connections at once. */
export async function loadRig({ url, connections, requestsPerRound, request }: Load): Promise<Rig> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
  return {
    async round() {
      const bytes = request();
      let left = requestsPerRound;
      const begin = performance.now();
      await Promise.all(
        open.map(async (connection) => {
          while (left-- > 0) {
            const { status, body } = await connection.send(bytes);
            if (status !== 200) throw new Error(`answered with ${status}: ${body}`);
          }
        }),
      );
      return { done: requestsPerRound, milliseconds: performance.now() - begin };
    },
    async close() {
      for (const connection of open) connection.close();
    },
  };
}
