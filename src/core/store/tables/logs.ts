// biome-ignore lint/suspicious/noEmptyInterface: filled by its room
export interface LogTables {}
