import { type RawBuilder, sql } from "kysely";
import type { TypeKey } from "./queued-jobs.ts";
import { statement } from "./statement.ts";
import type { Reader, Soon } from "./store.ts";

/** `account`, and `owner`, `category`, `provider` and `version` of each type with its place in the list behind. */
type Given = Record<string, string>;

/** By how many types are asked for: a worker always asks for the same. */
const statements = new Map<number, (db: Reader, given: Given) => Soon<{ place: number }[]>>();

/**
 * Those of the types of which any job of the account may be queued, in their order. A worker serves some twenty types, and
 * jobs of one or two wait: whoever asks this first looks for jobs of those only.
 */
export async function queuedTypes<Type extends TypeKey>(
  db: Reader,
  account: string,
  types: readonly Type[],
): Promise<Type[]> {
  // Of a single type the jobs themselves are had as cheaply.
  if (types.length < 2) return [...types];
  const ask = statements.get(types.length) ?? askFor(types.length);
  statements.set(types.length, ask);
  const given: Given = { account };
  for (const [place, { owner, category, provider, version }] of types.entries()) {
    given[`owner${place}`] = owner;
    given[`category${place}`] = category;
    given[`provider${place}`] = provider;
    given[`version${place}`] = version;
  }
  const found = new Set((await ask(db, given)).map(({ place }) => place));
  return types.filter((_, place) => found.has(place));
}

function askFor(count: number) {
  return statement<Given, { place: number }>((db, slots) => {
    // Whatever the name, there is a slot for it.
    const given = (name: string) => slots[name] as RawBuilder<string>;
    const [first, ...others] = Array.from({ length: count }, (_, place) =>
      db.selectNoFrom(sql<number>`${sql.lit(place)}`.as("place")).where((eb) =>
        eb.exists(
          eb
            .selectFrom("job")
            .select("id")
            // Written out, as the index of queued jobs has it.
            .where("status", "=", sql.lit("Queued"))
            .where("account", "=", given("account"))
            .where("owner", "=", given(`owner${place}`))
            .where("category", "=", given(`category${place}`))
            .where("provider", "=", given(`provider${place}`))
            .where("version", "=", given(`version${place}`)),
        ),
      ),
    );
    if (first === undefined) throw new Error("no type is asked for");
    return others.reduce((all, next) => all.unionAll(next), first);
  });
}
