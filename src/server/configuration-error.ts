import type { ServerOptions } from "./settings.ts";

/** An option can't be what it was set to. */
export class ConfigurationError extends Error {
  /** As in ServerOptions. */
  readonly option: keyof ServerOptions;

  constructor(option: keyof ServerOptions, message: string) {
    super(message);
    this.name = "ConfigurationError";
    this.option = option;
  }
}
