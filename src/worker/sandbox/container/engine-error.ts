import { sanitize } from "../../log/sanitize.ts";

const LONGEST = 1_000;

/** An engine didn't do what it was asked for; its message is the engine's reason. */
export class EngineError extends Error {
  constructor(status: number | undefined, said: string) {
    super(reasonIn(said) || (status === undefined ? "it doesn't answer" : `it ended with status ${status}`));
    this.name = "EngineError";
  }

  /** @param error of a child process that failed, timed out or couldn't be started */
  static of(error: unknown): EngineError {
    const { code, killed, stdout, stderr, message } = error as {
      code?: unknown;
      killed?: boolean;
      stdout?: string;
      stderr?: string;
      message?: string;
    };
    if (killed) return new EngineError(undefined, "it took too long to answer");
    return new EngineError(typeof code === "number" ? code : undefined, stderr || stdout || (message ?? ""));
  }
}

/** The last line that says something: before it there is progress, after it a hint at `--help`. */
function reasonIn(said: string): string {
  const lines = said.split("\n").map((line) => sanitize(line).trim());
  const line = lines.findLast((text) => text !== "" && !/^(?:See '|Run ')/.test(text)) ?? "";
  const reason = line.replace(/^(?:docker: |Error: |Error response from daemon: )+/, "");
  return reason.length > LONGEST ? `${reason.slice(0, LONGEST - 1)}…` : reason;
}
