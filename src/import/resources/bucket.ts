import { isObject, type JsonObject } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import type { Read } from "./desired.ts";

/** What a bucket is named, as the store takes it. */
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** AWS::S3::Bucket: its name and whether it keeps versions; access, keys and life cycle are AWS's. */
export function readBucket(name: string, properties: JsonObject): Read {
  if (!NAME.test(name))
    throw new ImportProblem(
      `'${name}' is no bucket name: 3 to 63 lower-case letters, digits, hyphens and dots`,
    );
  const { BucketName: _, VersioningConfiguration, ...others } = properties;
  const status = isObject(VersioningConfiguration) ? VersioningConfiguration.Status : undefined;
  const names = Object.keys(others);
  return {
    wanted: { kind: "bucket", name, versioned: status === undefined ? undefined : status === "Enabled" },
    notes:
      names.length === 0
        ? []
        : [`${names.join(", ")}: without effect, the built-in store has no such settings`],
  };
}
