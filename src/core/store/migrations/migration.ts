import type { Kysely } from "kysely";

export type Dialect = "sqlite" | "postgres";

/** A step of the schema. Never changed once released; a later one mends it. */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
}
