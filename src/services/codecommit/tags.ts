/** Tags of repositories, refused in CodeCommit's words (CodeCommit API Reference, CreateRepository). */
import { AwsError } from "../aws-json/error.ts";

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export type Tags = Readonly<Record<string, string>>;

/** @throws TooManyTagsException, InvalidSystemTagUsageException, InvalidTagsMapException */
export function checkTags(tags: Tags = {}): Tags {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) {
    throw new AwsError(
      "TooManyTagsException",
      `A repository can have ${MOST_TAGS} tags; ${entries.length} were given.`,
    );
  }
  for (const [key, value] of entries) {
    if (key.toLowerCase().startsWith("aws:")) {
      throw new AwsError(
        "InvalidSystemTagUsageException",
        `The tag key '${key}' begins with aws:, which is for system tags. Choose another key.`,
      );
    }
    if (key === "" || key.length > LONGEST_KEY || value.length > LONGEST_VALUE) {
      throw new AwsError(
        "InvalidTagsMapException",
        `The tag '${key.slice(0, LONGEST_KEY)}' is not valid: a key has 1 to ${LONGEST_KEY} characters, a value at most ${LONGEST_VALUE}.`,
      );
    }
  }
  return tags;
}
