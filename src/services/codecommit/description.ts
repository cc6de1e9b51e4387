import { AwsError } from "../aws-json/error.ts";

const LONGEST = 1_000;

/** @throws InvalidRepositoryDescriptionException */
export function checkDescription(description: string | undefined): string | undefined {
  if (description !== undefined && description.length > LONGEST) {
    throw new AwsError(
      "InvalidRepositoryDescriptionException",
      `The repositoryDescription has ${description.length} characters; at most ${LONGEST} are allowed.`,
    );
  }
  return description;
}
