import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { createAccess } from "../../../src/core/access/index.ts";
import type { Access, JobGrant } from "../../../src/core/access/types.ts";
import { createArtifacts, type ObjectStore } from "../../../src/core/artifacts/index.ts";
import type { ObjectWritten } from "../../../src/core/artifacts/types.ts";
import type { Core } from "../../../src/core/core.ts";
import type { Store } from "../../../src/core/store/store.ts";
import { NO_PROXIES } from "../../../src/services/client-address.ts";
import type { HttpCall } from "../../../src/services/http.ts";
import { s3Route } from "../../../src/services/s3/index.ts";
import { emptyStore } from "../../support/store.ts";

export const account = "000000000000";
export const root = { accessKeyId: "AKIAROOTROOTROOTROOT", secretAccessKey: "root-secret" };

export interface Endpoint extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly access: Access;
  /** What was told of new objects, in order; `during` runs in their transactions. */
  readonly written: Parameters<ObjectWritten>[1][];
  during: ObjectWritten;
  /** Labels of the operations called. */
  readonly labels: string[];
  /** Whether the jobs whose keys are used go on. */
  jobIsOpen: boolean;
  /** Milliseconds that the server's clock is ahead of this one. */
  clockOffset: number;
  /** A client of the SDK, as root unless told otherwise. */
  client(config?: S3ClientConfig): S3Client;
  /** A client with the keys of a job. */
  jobClient(grant: Partial<JobGrant>): S3Client;
  /** Faults of ours so far, which otherwise fail the test at its end. */
  takeFaults(): unknown[];
  /** Content files on disk. */
  files(): Promise<string[]>;
  /** Empties it for the next test. @throws when there were faults of ours that no test took */
  reset(): Promise<void>;
}

/** The S3 route behind a real listener, with real access and a real store; what pipelines do is only noted down. */
export async function startEndpoint(): Promise<Endpoint> {
  const store = await emptyStore();
  const dataDir = await mkdtemp(join(tmpdir(), "millrace-s3-"));
  const clients: S3Client[] = [];
  const ambient = { now: () => Date.now() + endpoint.clockOffset, newId: () => randomUUID(), randomBytes };
  const access = createAccess({
    ambient,
    account,
    root,
    secret: randomBytes(32),
    allowAnyCredentials: false,
    jobIsOpen: async () => endpoint.jobIsOpen,
  });
  const objects = createArtifacts({ store, dataDir, ambient });
  const route = s3Route(objects);

  const server = createServer();
  for (const event of ["request", "checkContinue"] as const) {
    server.on(event, async (request, response) => {
      const [path = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s);
      const call: HttpCall = {
        core,
        requestId: randomUUID(),
        proxies: NO_PROXIES,
        path,
        query,
        signal: new AbortController().signal,
        label: (operation) => endpoint.labels.push(operation),
        report: (fault) => endpoint.faults.push(fault),
      };
      try {
        await route.handle(request, response, call);
      } catch (error) {
        endpoint.faults.push(error);
        response.destroy();
      }
    });
  }
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}`;
  const core = {
    ambient,
    access,
    jobs: { roleRefusal: async () => undefined },
    sources: {
      objectWritten: (async (tx, object) => {
        endpoint.written.push(object);
        await endpoint.during(tx, object);
      }) satisfies ObjectWritten,
    },
    settings: { publicUrl: () => url },
  } as unknown as Core;

  const endpoint = {
    url,
    port,
    store,
    objects,
    access,
    written: [] as Parameters<ObjectWritten>[1][],
    during: (async () => undefined) as ObjectWritten,
    labels: [] as string[],
    /** Faults of ours, that the server would answer with 500. */
    faults: [] as unknown[],
    jobIsOpen: true,
    clockOffset: 0,
    client(config: S3ClientConfig = {}) {
      const client = new S3Client({
        endpoint: url,
        region: "us-east-1",
        forcePathStyle: true,
        credentials: root,
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    jobClient(grant: Partial<JobGrant>) {
      const credentials = access.issueJobCredentials({
        jobId: "job-1",
        actionExecutionId: "action-1",
        account,
        region: "us-east-1",
        read: [],
        write: [],
        expires: Date.now() + 60_000,
        ...grant,
      });
      return endpoint.client({ credentials });
    },
    takeFaults: () => endpoint.faults.splice(0),
    async files() {
      const found = await readdir(dataDir, { recursive: true, withFileTypes: true });
      return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
    async reset() {
      await store.transaction(async (tx) => {
        for (const table of ["object_version", "content_part", "multipart_upload", "bucket"] as const) {
          await tx.deleteFrom(table).execute();
        }
      });
      // One that was read last may go by itself meanwhile.
      for (const file of await endpoint.files())
        await rm(join(dataDir, "objects", file.slice(0, 2), file), { force: true });
      endpoint.written.length = 0;
      endpoint.labels.length = 0;
      endpoint.during = async () => undefined;
      endpoint.clockOffset = 0;
      endpoint.jobIsOpen = true;
      const faults = endpoint.takeFaults();
      if (faults.length > 0) throw new AggregateError(faults, "faults that no caller should cause");
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await objects.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return endpoint;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
