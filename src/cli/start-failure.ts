/** Why a server didn't start, in one line with what to do. */

export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
}

/** @returns an error to show, or the one given where it speaks for itself */
export function startFailure(error: unknown, { host, port, dataDir }: Attempt): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if ("syscall" in error && error.syscall === "listen") {
    switch (error.code) {
      case "EADDRINUSE":
        return new Error(
          `port ${port} on ${host} is in use; choose another with --port, or 0 for a free one`,
        );
      case "EACCES":
        return new Error(`this user may not listen on port ${port}; choose one above 1023 with --port`);
      case "EADDRNOTAVAIL":
        return new Error(`this machine has no address ${host}; choose another with --host`);
    }
  }
  if (error.code === "ECONNREFUSED" || error.code === "ENOTFOUND")
    return new Error(`the database of --database-url can't be reached: ${error.message || error.code}`);
  if (UNUSABLE.has(String(error.code)))
    return new Error(
      `the data directory ${dataDir} can't be used: ${error.message}; choose another with --data-dir`,
    );
  return error;
}

/** The system's codes, and SQLite's for a file that it can't open or write. */
const UNUSABLE: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOENT",
  "ENOTDIR",
  "EEXIST",
  "EISDIR",
  "ENOSPC",
  "ERR_SQLITE_ERROR",
]);
