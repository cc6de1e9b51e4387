/** What the sources that are hosted here can name: nothing longer exists, and changes are looked up by it. */
import { first, type TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";

/** Bytes of UTF-8 by provider and key: CodeCommit's and S3's own limits, and git's for a ref less `refs/heads/`. */
const LONGEST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  CodeCommit: { RepositoryName: 100, BranchName: 244 },
  S3: { S3Bucket: 63, S3ObjectKey: 1024 },
};

export const checkSourceNames: TypedActionCheck = ({ action }) => {
  const { owner, category, provider } = action.actionTypeId;
  if (owner !== "AWS" || category !== "Source" || !Object.hasOwn(LONGEST, provider)) return undefined;
  return first(
    Object.entries(LONGEST[provider] ?? {}).map(([key, most]) => {
      const bytes = Buffer.byteLength(action.configuration[key] ?? "");
      if (bytes <= most) return undefined;
      return invalidAction(
        `Action configuration for action '${action.name}' contains a value of ${bytes} bytes for configuration '${key}'. Use at most ${most}.`,
      );
    }),
  );
};
