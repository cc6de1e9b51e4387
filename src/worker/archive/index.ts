/** Zip archives, read and written safely (providers.md P12). */
export { type ArchiveFile, zipEntries } from "./entries.ts";
export { ARCHIVE_LIMITS, type ArchiveLimits, sizeText } from "./limits.ts";
export { unpack } from "./unpack.ts";
export { ArchiveTooLargeError, type NewZipEntry, writeZip, type ZipSource } from "./write-zip.ts";
