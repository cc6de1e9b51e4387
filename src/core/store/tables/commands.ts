import type { Generated } from "kysely";

/** Rows of the log of commands. Owned by core/commands. */
export interface CommandTables {
  command: CommandRow;
}

export interface CommandRow {
  position: Generated<number>;
  pipeline_id: string;
  /** Position of the command on the same pipeline before this one; 0 for the first. */
  previous: number;
  /** RecordedCommand of core/commands, as JSON. */
  record: string;
}
