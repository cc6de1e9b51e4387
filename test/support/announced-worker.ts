/** A worker that is known and takes no jobs: pipelines may name types whose tools it has (P0.9), and their jobs wait. */
import { createHttpJobClient } from "../../src/worker/index.ts";

export const IDLE_WORKER = { workerId: "idle", version: "0.0.0", capabilities: ["git"] } as const;

export interface Place {
  readonly url: string;
  readonly region: string;
  /** Of the account whose pipelines it would serve. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export async function announceWorker({ url: endpoint, region, credentials }: Place): Promise<void> {
  const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  try {
    await client.register(IDLE_WORKER);
  } finally {
    client.close();
  }
}
