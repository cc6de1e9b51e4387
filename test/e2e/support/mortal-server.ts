/** `millrace start` in a process of its own, killed and started again on the same data while clients go on. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type StorePlace } from "../../../src/core/store/open.ts";
import { launch, type Running } from "../../cli/millrace.ts";
import { type EmptyDatabase, emptyDatabase } from "../../support/store.ts";
import { type Clients, clientsOf, type Target } from "./clients.ts";

const START = ["start", "--port", "0", "--log-level", "warn"];
const READY = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/m;

export class MortalServer implements AsyncDisposable {
  readonly dataDir: string;
  readonly #args: readonly string[];
  readonly place: StorePlace;
  readonly #remove: () => Promise<void>;
  #life = Promise.withResolvers<Life>();
  #requests = 0;
  #onRequest: ((count: number) => void) | undefined;
  /** What servers said on stderr, all of them. */
  stderr = "";
  /** Where servers find programs; this process's own, if none is given. */
  path: string | undefined;

  /**
   * @param options of `millrace start`, beside its port and data directory
   * @param database in the data directory, or elsewhere; thrown away in the end
   */
  constructor(dataDir: string, options: readonly string[], { place, remove }: EmptyDatabase) {
    this.dataDir = dataDir;
    const database = "databaseUrl" in place ? ["--database-url", place.databaseUrl] : [];
    this.#args = [...START, "--data-dir", dataDir, ...database, ...options];
    this.place = place;
    this.#remove = remove;
  }

  /** Resolves when the server is ready. */
  async start(): Promise<void> {
    const running = launch(this.#args, this.path === undefined ? {} : { PATH: this.path });
    void running.ended.then(({ stderr }) => {
      this.stderr += stderr;
    });
    const [, endpoint = ""] = await running.line(READY);
    const credentials = JSON.parse(await readFile(join(this.dataDir, "credentials.json"), "utf8"));
    this.#life.resolve({ running, clients: clientsOf({ endpoint, region: "us-east-1", credentials }) });
  }

  /** Of the server that runs, or the next one. */
  async clients(): Promise<Clients> {
    return (await this.#life.promise).clients;
  }

  /**
   * Repeats a call, on whatever server runs, until it is answered.
   * @throws what the server refuses it with
   */
  async insist<T>(call: (clients: Clients) => Promise<T>): Promise<T> {
    for (;;) {
      const clients = await this.request();
      try {
        return await call(clients);
      } catch (error) {
        if (isAnswer(error)) throw error;
        await this.deathOf(clients.target, error);
      }
    }
  }

  /** Counts a request that is about to be made. @returns the clients of the server that runs, or of the next one */
  async request(): Promise<Clients> {
    const { clients } = await this.#life.promise;
    this.#requests += 1;
    this.#onRequest?.(this.#requests);
    return clients;
  }

  /**
   * Nobody knows whether a request was done that wasn't answered: its server is dying, or it is at fault.
   * @throws the given error when the server is alive
   */
  async deathOf({ endpoint }: Target, error: unknown): Promise<void> {
    const alive = await fetch(`${endpoint}/healthz`).then(
      () => true,
      () => false,
    );
    if (alive) throw error;
    const life = await this.#life.promise;
    if (life.clients.target.endpoint === endpoint) await life.running.ended;
  }

  /** Resolves when so many more requests were sent. */
  requests(more: number): Promise<void> {
    const last = this.#requests + more;
    return new Promise((resolve) => {
      this.#onRequest = (count) => {
        if (count >= last) resolve();
      };
    });
  }

  /** kill -9. Clients wait until the next start. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Kills the server and starts it again when every lease and hand-out of now is over (E3.10, E3.15). */
  async sleepThroughLeases(): Promise<void> {
    await this.kill();
    const store = await openStore(this.place);
    await store.transaction((tx) =>
      tx.updateTable("job").set({ lease_until: 1 }).where("lease_until", "is not", null).execute(),
    );
    await store.close();
    await this.start();
  }

  /** SIGTERM. @returns the exit code */
  async stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const life = await Promise.race([this.#life.promise, undefined]);
    if (life !== undefined) await this.kill();
    await this.#remove();
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const { running, clients } = await this.#life.promise;
    this.#life = Promise.withResolvers();
    running.process.kill(signal);
    const { code } = await running.ended;
    clients[Symbol.dispose]();
    return code;
  }
}

interface Life {
  readonly running: Running;
  readonly clients: Clients;
}

/** The SDK's errors of a server's answer say whose fault it was; those of a broken connection don't. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && "$fault" in error;
}

/** Not started yet, on the database that the vitest project says. @param options of `millrace start` */
export async function mortalServer(...options: string[]): Promise<MortalServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-e2e-"));
  const { place, remove } = await emptyDatabase();
  const own = "databaseUrl" in place ? place : { dataDir };
  return new MortalServer(dataDir, options, {
    place: own,
    async remove() {
      await remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  });
}
