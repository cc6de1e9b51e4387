/** Access at a fixed time, with the key that AWS's published examples are signed with. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type AccessOptions, createAccess, type RootCredentials } from "../../src/core/access/index.ts";
import type { Access, SignedRequest } from "../../src/core/access/types.ts";

export const ACCOUNT = "000000000000";
export const SKEW_MS = 5 * 60_000;

export const SUITE_KEY: RootCredentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export function accessAt(
  time: string | number,
  options: { root?: RootCredentials; secret?: Uint8Array } & Partial<
    Pick<AccessOptions, "allowAnyCredentials" | "jobIsOpen">
  > = {},
): Access {
  const now = new Date(time).getTime();
  return createAccess({
    ambient: { now: () => now, newId: randomUUID, randomBytes },
    account: ACCOUNT,
    root: options.root ?? SUITE_KEY,
    secret: options.secret ?? randomBytes(32),
    allowAnyCredentials: options.allowAnyCredentials ?? false,
    jobIsOpen: options.jobIsOpen ?? (async () => true),
  });
}

export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** @param headers one value each, or several where a name is sent more than once */
export function request(
  parts: Partial<Omit<SignedRequest, "headers">> & {
    headers?: Readonly<Record<string, string | readonly string[]>>;
  },
): SignedRequest {
  const headers = Object.entries(parts.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), typeof value === "string" ? [value] : value] as const,
  );
  return { method: "GET", path: "/", query: "", ...parts, headers: Object.fromEntries(headers) };
}
