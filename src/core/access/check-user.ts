/** What users and roles may be called, and what tags they may carry. */
import type { Tags } from "./types.ts";

const MOST_TAGS = 50;

export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UserError";
  }
}

/** @throws UserError */
export function checkName(name: string): void {
  if (!/^[\w+=,.@-]{1,64}$/.test(name))
    throw new UserError(`a name has 1 to 64 letters, digits and _+=,.@-, got '${name}'`);
}

/** Of a role. @throws UserError */
export function checkPath(path: string): void {
  if (path.length > 512 || !/^\/([!-.0-~]+\/)*$/.test(path))
    throw new UserError(
      `a path is /, or begins and ends with it and has up to 512 visible characters of ASCII, as /service-role/, got '${path}'`,
    );
}

/** @throws UserError */
export function checkAccount(account: string): void {
  if (!/^\d{12}$/.test(account)) throw new UserError(`an account has 12 digits, got '${account}'`);
}

/** @throws UserError */
export function checkTags(tags: Tags): Tags {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS)
    throw new UserError(`${MOST_TAGS} tags are the most, got ${entries.length}`);
  for (const [key, value] of entries)
    if (key === "" || key.length > 128 || value.length > 256 || /^aws:/i.test(key))
      throw new UserError(
        `a tag has a key of 1 to 128 characters that doesn't begin with aws:, and a value of up to 256, got '${key}=${value}'`,
      );
  return tags;
}
