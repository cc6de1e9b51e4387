/** Gives git in a build the credentials of the job's sources, asked for at a socket (P3.5). */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { ArtifactCredentials } from "../protocol.ts";
import { basicCredentials } from "./hosted.ts";

export interface CredentialHelper extends AsyncDisposable {
  /** What the build's git must find in its environment: where to ask, and no secret. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface HelperOptions {
  /** Where to put the socket: a folder that the build's commands can see. */
  readonly folder: string;
  /** Where they see it. */
  readonly seenAs: string;
  /** The server that hosts the sources: credentials are given for it alone. */
  readonly publicUrl: string;
  credentials(): Promise<ArtifactCredentials>;
  /** Told why a question got no answer. */
  onFailure(error: unknown): void;
}

/** A question names a URL in a few short lines. */
const MAX_QUESTION_BYTES = 16_384;
/** Enough for any build; what a hostile one holds open costs the worker no more. */
const MAX_CONNECTIONS = 32;
const SILENCE_MS = 10_000;
/** A socket's whole path must fit in 108 bytes. */
const LONGEST_PATH = 100;
const SOCKET = "git-credentials";

/**
 * Listens where git's own helper `credential-cache` asks: so nothing of ours has to run in the build. Its protocol is
 * `action=get`, a time-out and the URL's parts, answered by `username=` and `password=`; what git tells it to store or
 * forget is left alone.
 */
export async function startCredentialHelper(options: HelperOptions): Promise<CredentialHelper> {
  const path = join(options.folder, SOCKET);
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket, options));
  server.maxConnections = MAX_CONNECTIONS;
  // By way of the open folder a long path is a short one; git finds such a socket by itself.
  const folder = await open(options.folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await listen(
    server,
    Buffer.byteLength(path) <= LONGEST_PATH ? path : `/proc/self/fd/${folder.fd}/${SOCKET}`,
  );
  const { origin } = new URL(options.publicUrl);
  return {
    environment: {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `credential.${origin}.helper`,
      GIT_CONFIG_VALUE_0: `cache --socket='${join(options.seenAs, SOCKET).replaceAll("'", "'\\''")}'`,
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
      await folder.close();
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
}

async function answer(socket: Socket, options: HelperOptions): Promise<void> {
  socket.on("error", () => undefined).setTimeout(SILENCE_MS, () => socket.destroy());
  try {
    const question = await read(socket);
    const { protocol, host } = new URL(options.publicUrl);
    const known = `${question.get("protocol")}:` === protocol && question.get("host") === host;
    if (question.get("action") !== "get" || !known) return;
    const { username, password } = basicCredentials(await options.credentials());
    socket.write(`username=${username}\npassword=${password}\n`);
  } catch (error) {
    options.onFailure(error);
  } finally {
    socket.end();
  }
}

/** Until git has said all; it keeps the other direction open for the answer. Cut short, it is no question. */
async function read(socket: Socket): Promise<ReadonlyMap<string, string>> {
  const text = await new Promise<string>((resolve) => {
    let received = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      received += chunk;
      if (received.length > MAX_QUESTION_BYTES) socket.destroy();
    });
    socket.once("end", () => resolve(received)).once("close", () => resolve(""));
  });
  return new Map(
    text.split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}
