/** Commands can't run here as the operator wants them to. */
export class SandboxError extends Error {
  /** What was asked for, as options and settings are named after it. */
  readonly option: "requireIsolation" | "executor" | "network" | "path" | "roPaths";

  constructor(option: SandboxError["option"], message: string) {
    super(message);
    this.name = "SandboxError";
    this.option = option;
  }
}
