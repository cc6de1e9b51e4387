import type { Migration } from "./migration.ts";

/**
 * An entry of a timer that ends and one of the next that begins are written by nearly every command: without the id they
 * are a quarter as long. The few that are due in one millisecond are put in order when they are read.
 */
export const timerDue: Migration = {
  name: "210-timer-due",
  async up(db) {
    await db.schema.dropIndex("timer_due").execute();
    await db.schema.createIndex("timer_due").on("timer").column("due").execute();
  },
};
