import type { Tag } from "@aws-sdk/client-codestar-connections";
import { AwsError } from "../aws-json/error.ts";

export type Tags = Readonly<Record<string, string>>;

/** By key; the last of one key counts. */
export function tagsOf(given: readonly Tag[] = []): Tags {
  return Object.fromEntries(given.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** @throws AwsError InvalidInputException */
export function checkTags(given: readonly Tag[] = []): Tags {
  checkTagKeys(given.map(({ Key = "" }) => Key));
  const tags = tagsOf(given);
  if (Object.keys(tags).length < given.length)
    throw new AwsError(
      "InvalidInputException",
      "A tag key was given more than once. Tag keys must be unique.",
    );
  return tags;
}

/** @throws AwsError InvalidInputException */
export function checkTagKeys(keys: readonly string[]): void {
  const system = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (system === undefined) return;
  throw new AwsError(
    "InvalidInputException",
    `The tag key '${system}' begins with aws:, which is for system tags. Choose another key.`,
  );
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags)
    .map(([Key, Value]) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
