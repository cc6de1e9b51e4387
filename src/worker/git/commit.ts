/** What a commit says of itself. */

export interface Commit {
  readonly id: string;
  /** Empty texts where the commit doesn't say. */
  readonly author: { readonly name: string; readonly email: string };
  readonly authoredAt: Date;
  readonly committedAt: Date;
  /** Whole, without trailing newlines. */
  readonly message: string;
}

/** Reads a commit object as git stores it. */
export function parseCommit(id: string, raw: Buffer): Commit {
  const end = raw.indexOf("\n\n");
  const headers = raw.toString("utf8", 0, end < 0 ? raw.length : end).split("\n");
  const header = (name: string) =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  return {
    id,
    author: nameOf(header("author")),
    authoredAt: timeOf(header("author")),
    committedAt: timeOf(header("committer")),
    message: decode(end < 0 ? Buffer.alloc(0) : raw.subarray(end + 2), header("encoding")).replace(
      /\n+$/,
      "",
    ),
  };
}

/** `Name <mail> …` */
function nameOf(person: string | undefined): Commit["author"] {
  const [, name = "", email = ""] = /^(.*?) ?<([^>]*)>/.exec(person ?? "") ?? [];
  return { name, email };
}

/** Milliseconds that a Date holds, either way; git takes any number of seconds from whoever makes a commit. */
const FURTHEST = 8.64e15;

/** `Name <mail> 1700000000 +0100`: the seconds are UTC whatever the zone. */
function timeOf(person: string | undefined): Date {
  const seconds = /(-?\d+) [+-]\d{4}$/.exec(person ?? "")?.[1];
  const time = Number(seconds ?? 0) * 1000;
  return new Date(Math.max(-FURTHEST, Math.min(time, FURTHEST)));
}

function decode(message: Buffer, encoding: string | undefined): string {
  try {
    return new TextDecoder(encoding ?? "utf-8").decode(message);
  } catch {
    // An encoding that nobody knows: what isn't UTF-8 in it shows as U+FFFD.
    return message.toString("utf8");
  }
}

/** `YYYY-MM-DDTHH:MM:SSZ` (P1.4). */
export function utcSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}
