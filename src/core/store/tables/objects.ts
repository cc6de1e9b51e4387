/** Rows of the embedded object store. Times are epoch milliseconds; JSON is text. Owned by core/artifacts. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the object store
export interface ObjectTables {}
