/** A server whose time the test decides: what fell due is done when it starts again (E10.2), so nobody waits for it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import { createServer, type Server, type ServerOptions } from "../../../src/server/index.ts";
import { announceWorker } from "../../support/announced-worker.ts";
import { emptyDatabase } from "../../support/store.ts";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface TimeTravel {
  /** Where the server is now, and a key that it takes. */
  readonly endpoint: string;
  /** Of this test's own region. */
  readonly client: CodePipelineClient;
  /** So many milliseconds later, in a server that has started then. */
  later(milliseconds: number): Promise<void>;
}

/**
 * Registers the hooks; the members have their values while a test runs.
 *
 * @param further options of the server, asked for when it first starts
 */
export function timeTravel(further: () => ServerOptions = () => ({})): TimeTravel {
  const stack = new AsyncDisposableStack();
  let startServer: () => Promise<Server>;
  let server: Server;
  let client: CodePipelineClient;
  let tests = 0;

  function connect(): void {
    client?.destroy();
    const { url: endpoint, credentials } = server;
    client = new CodePipelineClient({ endpoint, region: `xx-test-${tests}`, credentials, maxAttempts: 1 });
  }

  async function start(): Promise<Server> {
    const started = await startServer();
    await announceWorker(started);
    return started;
  }

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    stack.defer(() => void vi.useRealTimers());
    const { place, remove } = await emptyDatabase();
    stack.defer(remove);
    const dataDir = await mkdtemp(join(tmpdir(), "millrace-time-"));
    stack.defer(() => rm(dataDir, { recursive: true }));
    // The SDK sets its clock by the answers' `Date`, which is node's own: signatures would be of another time.
    const options = {
      worker: false,
      logLevel: "error",
      allowAnyCredentials: true,
      dataDir,
      ...place,
      ...further(),
    } as const;
    startServer = () => createServer(options);
    server = await start();
    stack.defer(() => server.close());
  });
  beforeEach(() => {
    tests++;
    connect();
  });
  afterAll(() => stack.disposeAsync());

  return {
    get endpoint() {
      return server.url;
    },
    get client() {
      return client;
    },
    async later(milliseconds) {
      await server.close();
      vi.setSystemTime(Date.now() + milliseconds);
      server = await start();
      connect();
    },
  };
}
