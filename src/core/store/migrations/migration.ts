import { type Kysely, sql } from "kysely";

export type Dialect = "sqlite" | "postgres";

/** A step of the schema. Never changed once released; a later one mends it. */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
}

/** The type of a column whose texts are listed in order of their bytes, whatever the database's own language is. */
export function bytewiseText(dialect: Dialect) {
  return dialect === "postgres" ? sql`text collate "C"` : ("text" as const);
}
