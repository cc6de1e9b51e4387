import type { At } from "./node.ts";

export interface Problem {
  readonly at: At;
  readonly text: string;
}

/** Collects what is wrong with a buildspec: all of it, not just the first (P3.3, P3.4). */
export class Problems {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];

  /** Adds an error with its place in words behind it, and `then` behind that. */
  error(at: At, text: string, then = ""): void {
    this.errorAsIs(at, `${text} at line ${at.line}, column ${at.column}${then}`);
  }

  /** Adds an error whose text says its place itself. */
  errorAsIs(at: At, text: string): void {
    this.errors.push({ at, text });
  }

  warn(at: At, text: string): void {
    this.warnings.push({ at, text });
  }
}

/** `<file>:<line>:<column>: <text>`, as the log shows it. */
export function problemLine(fileName: string, { at, text }: Problem): string {
  return `${fileName}:${at.line}:${at.column}: ${text}`;
}
