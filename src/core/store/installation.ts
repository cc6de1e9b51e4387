import type { Tx } from "./store.ts";

/** Keeps the text unless there is one. @returns the one that is kept */
export async function keepInstallationText(tx: Tx, sealed: string): Promise<string> {
  await tx
    .insertInto("installation")
    .values({ id: 1, sealed })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  return (await tx.selectFrom("installation").select("sealed").executeTakeFirstOrThrow()).sealed;
}
