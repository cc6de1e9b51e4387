export interface InstallationTables {
  installation: InstallationRow;
}

export interface InstallationRow {
  /** 1. */
  id: number;
  /** What the first server sealed with its key. */
  sealed: string;
}
