/** A way to a database that a test can shut. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Door extends AsyncDisposable {
  /** The database's, through the door. */
  readonly url: string;
}

/** @param arrives decides of each connection: it lets it through, destroys it, or leaves it waiting */
export async function doorTo(
  databaseUrl: string,
  arrives: (socket: Socket, letThrough: () => void) => void,
): Promise<Door> {
  const url = new URL(databaseUrl);
  const { hostname: host, port } = url;
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    arrives(socket, () => {
      const database = connect({ host, port: Number(port) });
      database.on("error", () => undefined);
      socket.on("close", () => database.destroy());
      database.on("close", () => socket.destroy());
      socket.pipe(database).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  url.port = String((door.address() as AddressInfo).port);
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}
