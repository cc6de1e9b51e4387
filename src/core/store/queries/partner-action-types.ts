/** What UpdateActionType made of partners' action types. */
import type { Reader, Tx } from "../store.ts";
import type { PartnerActionTypeRow } from "../tables/pipelines.ts";
import type { ActionTypeKey } from "./action-types.ts";

export async function findPartnerUpdate(
  db: Reader,
  { category, provider, version }: ActionTypeKey,
): Promise<PartnerActionTypeRow | undefined> {
  return db
    .selectFrom("partner_action_type")
    .selectAll()
    .where("category", "=", category)
    .where("provider", "=", provider)
    .where("version", "=", version)
    .executeTakeFirst();
}

export async function partnerUpdates(db: Reader): Promise<PartnerActionTypeRow[]> {
  return db.selectFrom("partner_action_type").selectAll().execute();
}

export async function keepPartnerUpdate(tx: Tx, row: PartnerActionTypeRow): Promise<void> {
  const { configured, declaration, updated } = row;
  await tx
    .insertInto("partner_action_type")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["category", "provider", "version"]).doUpdateSet({ configured, declaration, updated }),
    )
    .execute();
}
