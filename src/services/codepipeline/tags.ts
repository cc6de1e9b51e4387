/** What may be a tag (api.md §7). */
import type { Tag } from "@aws-sdk/client-codepipeline";
import { AwsError } from "../aws-json/error.ts";
import type { Checked } from "./checked.ts";

const MOST_TAGS = 50;
const ALLOWED = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;

export type Tags = Readonly<Record<string, string>>;

/** The given tags by key. @throws InvalidTagsException, TooManyTagsException */
export function checkTags(given: readonly Checked<Tag>[] | undefined): Tags {
  const tags = new Map<string, string>();
  for (const { key, value } of given ?? []) {
    checkNotSystem(key);
    if (value.toLowerCase().startsWith("aws:")) throw systemTag();
    const wrong = [key, value].find((text) => !ALLOWED.test(text));
    if (wrong !== undefined) {
      throw invalidTags(
        `The tag text '${wrong}' contains characters that are not allowed. Use letters, digits, spaces and + - = . _ : / @.`,
      );
    }
    if (tags.has(key))
      throw invalidTags(`The tag key '${key}' was given more than once. Tag keys must be unique.`);
    tags.set(key, value);
  }
  checkTagCount(tags.size);
  return Object.fromEntries(tags);
}

/** @throws InvalidTagsException */
export function checkTagKeys(keys: readonly string[]): void {
  for (const key of keys) checkNotSystem(key);
}

/** @throws TooManyTagsException */
export function checkTagCount(count: number): void {
  if (count > MOST_TAGS) {
    throw new AwsError("TooManyTagsException", "The tags limit for a resource has been exceeded.");
  }
}

/** What a resource's tags are after these were added. @throws TooManyTagsException */
export function checkMerged(present: readonly { readonly key: string }[], added: Tags): void {
  checkTagCount(new Set([...present.map(({ key }) => key), ...Object.keys(added)]).size);
}

/** As answers list them: sorted by key (§3). */
export function tagList(tags: readonly { readonly key: string; readonly value: string }[]): Tag[] {
  return tags.map(({ key, value }) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function checkNotSystem(key: string): void {
  if (key.toLowerCase().startsWith("aws:")) throw systemTag();
}

function systemTag(): AwsError {
  return invalidTags(
    "Not allowed to modify system tags. System tags start with 'aws:'. msg=[Caller is an end user and not allowed to mutate system tags]",
  );
}

function invalidTags(text: string): AwsError {
  return new AwsError("InvalidTagsException", text);
}
