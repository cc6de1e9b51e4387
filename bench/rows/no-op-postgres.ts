import { startPostgres } from "../../test/support/postgres.ts";
import { postgresCommitsRig } from "../support/bare-commits.ts";
import { embeddedRig } from "../support/embedded.ts";
import { ACTIONS, COMMITS, noOpRow } from "../support/no-op-row.ts";

export const noOpPostgres = noOpRow({
  name: "no-op-postgres",
  through: "the embedded worker, PostgreSQL",
  budgetSeconds: 0.4,

  async rigs(stack) {
    // The tests' PostgreSQL, but as durable as it is in earnest.
    const postgres = await startPostgres({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
    stack.defer(() => postgres.stop());
    const databaseUrl = `${postgres.url}/postgres`;
    return [
      await embeddedRig(stack, ACTIONS, { databaseUrl }),
      await postgresCommitsRig(stack, databaseUrl, COMMITS),
    ];
  },
});
