export { createArtifacts } from "./artifacts.ts";
export { bucketNameProblem, reservedBucketNames } from "./bucket-names.ts";
export type {
  Checksum,
  ChecksumAlgorithm,
  ChecksumType,
  ContentDigests,
  IncomingContent,
  PartChecksum,
} from "./content.ts";
export { RunningDigests } from "./digests.ts";
export { ObjectError } from "./error.ts";
export type {
  Bucket,
  ByteRange,
  Deletion,
  ListedVersion,
  ListQuery,
  ObjectAttributes,
  ObjectStore,
  Page,
  PartChoice,
  Place,
  StoredVersion,
  Upload,
  WriteConditions,
} from "./object-store.ts";
