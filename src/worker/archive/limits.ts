/** What an archive may hold at most (P12.3). Counted while reading and writing, never believed from headers. */
export interface ArchiveLimits {
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly entries: number;
  /** Unpacked bytes for each packed one, looked at beyond `ratioFreeBytes`. */
  readonly ratio: number;
  readonly ratioFreeBytes: number;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export const ARCHIVE_LIMITS: ArchiveLimits = {
  packedBytes: 5 * GIB,
  unpackedBytes: 10 * GIB,
  entries: 500_000,
  ratio: 200,
  ratioFreeBytes: 100 * MIB,
};

/** `5 GiB`, `100 MiB` or `123 bytes`: the largest unit that divides it. */
export function sizeText(bytes: number): string {
  if (bytes % GIB === 0) return `${bytes / GIB} GiB`;
  if (bytes % MIB === 0) return `${bytes / MIB} MiB`;
  return `${bytes} bytes`;
}
