import { replayPipeline } from "../../src/core/replay/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { Difference } from "./difference.ts";
import type { Track } from "./track.ts";

/** The engine, asked again command by command, comes to the stored state (I37). @throws Difference */
export async function replay(store: Store, { scope, name }: Track): Promise<void> {
  const { id } = await store.read
    .selectFrom("pipeline")
    .select("id")
    .where("account", "=", scope.account)
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  const { verdict } = await replayPipeline(store, id);
  if (verdict.kind === "disagrees") throw new Difference(`I37: replay of ${name}`, "as committed", verdict);
}
