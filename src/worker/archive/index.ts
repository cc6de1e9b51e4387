/** Archives: zips and gzipped tars read, zips written, safely (providers.md P12). */
export { type ArchiveFile, archiveFiles } from "./files.ts";
export { ARCHIVE_LIMITS, type ArchiveLimits, sizeText } from "./limits.ts";
export { unpack } from "./unpack.ts";
export { ArchiveTooLargeError, type NewZipEntry, writeZip, type ZipSource } from "./zip/write-zip.ts";
