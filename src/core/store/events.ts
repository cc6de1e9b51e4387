/** The outbox of state changes (E12.1); the database numbers them. */
import { insertInto } from "./statement.ts";

export const insertEvents = insertInto("event");
