import { sqliteCommitsRig } from "../support/bare-commits.ts";
import { embeddedRig } from "../support/embedded.ts";
import { ACTIONS, COMMITS, noOpRow } from "../support/no-op-row.ts";

export const noOpSqlite = noOpRow({
  name: "no-op-sqlite",
  through: "the embedded worker, SQLite FULL",
  budgetSeconds: 0.1,
  rigs: async (stack) => [await embeddedRig(stack, ACTIONS), await sqliteCommitsRig(stack, COMMITS)],
});
