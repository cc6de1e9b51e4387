/** Derived signing keys: four HMACs that stay the same for a day, so they are kept. */
import { createHmac } from "node:crypto";
import { createMac, type Mac } from "./mac.ts";

/** The parts of a signature's credential scope. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** What signs with the key of a scope. */
export type SigningKeys = (secretAccessKey: string, scope: CredentialScope) => Mac;

/** @param capacity keys to keep; the ones derived first go first */
export function createSigningKeys(capacity = 1_000): SigningKeys {
  const kept = new Map<string, Mac>();
  return (secretAccessKey, scope) => {
    const name = `${scope.date}/${scope.region}/${scope.service}/${secretAccessKey}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const key = createMac(deriveSigningKey(secretAccessKey, scope));
    const oldest = kept.size < capacity ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(name, key);
    return key;
  };
}

function deriveSigningKey(secretAccessKey: string, { date, region, service }: CredentialScope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
