export { type CommitStatusesOptions, createCommitStatuses } from "./commit-statuses.ts";
export type * from "./types.ts";
