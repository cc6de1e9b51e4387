/**
 * A whole Millrace server inside a process: `await using server = await createServer()` in a test, `millrace start` on a
 * host.
 */
export { DataDirectoryInUseError } from "../core/store/directory-lock.ts";
export { ConfigurationError } from "./configuration-error.ts";
export { createServer, type Server } from "./server.ts";
export { LOG_LEVELS, type LogLevel, type ServerOptions } from "./settings.ts";
