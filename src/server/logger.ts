import pino, { type Logger } from "pino";
import type { LogLevel } from "./settings.ts";

/**
 * One JSON object a line on stderr, with the level and the time as a person reads them. Requests' headers and bodies
 * are never logged: they hold credentials.
 */
export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: process.stderr.fd, sync: true }),
  );
}
