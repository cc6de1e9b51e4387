import { ProviderError } from "../provider.ts";

/** Refuses an archive for one of its entries (P12.2): nothing of it stays on disk. */
export function refuseEntry(artifact: string, entryName: string, reason: string): ProviderError {
  return new ProviderError(
    "JobFailed",
    `Artifact ${artifact} refused: entry '${escapeName(entryName)}' ${reason}`,
  );
}

/** Refuses an archive that is too large (P12.3). `value` with its unit. */
export function refuseLimit(artifact: string, limitName: string, value: string): ProviderError {
  return new ProviderError("JobFailed", `Artifact ${artifact} refused: ${limitName} of ${value} exceeded`);
}

/** Refuses an artifact that is no archive of a kind that is known here (P12.1). */
export function refuseType(artifact: string): ProviderError {
  return new ProviderError("ConfigurationError", `Input artifact ${artifact} is not a ZIP file`);
}

/** Refuses an archive that can't be read as one; `reason` is the reader's. */
export function refuseDirectory(artifact: string, reason: string): ProviderError {
  return new ProviderError("JobFailed", `Artifact ${artifact} refused: its directory is damaged: ${reason}`);
}

const SHOWN_CHARACTERS = 256;

/** An entry's name for a message: what could fool a terminal or a reader (controls, bidi marks, lone surrogates) is escaped. */
export function escapeName(name: string): string {
  const shown =
    name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS / 2)}…${name.slice(-64)}` : name;
  return shown.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffd]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
