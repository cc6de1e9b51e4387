/** Derived signing keys: four HMACs that stay the same for a day, so they are kept. */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** The parts of a signature's credential scope. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Key objects: node would make one of a plain buffer for every signature. */
export type SigningKeys = (secretAccessKey: string, scope: CredentialScope) => KeyObject;

/** @param capacity keys to keep; the ones derived first go first */
export function createSigningKeys(capacity = 1_000): SigningKeys {
  const kept = new Map<string, KeyObject>();
  return (secretAccessKey, scope) => {
    const name = `${scope.date}/${scope.region}/${scope.service}/${secretAccessKey}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const key = createSecretKey(deriveSigningKey(secretAccessKey, scope));
    const oldest = kept.size < capacity ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(name, key);
    return key;
  };
}

function deriveSigningKey(secretAccessKey: string, { date, region, service }: CredentialScope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request");
}

/** HMAC-SHA-256; texts count as UTF-8. */
export function hmac(key: string | Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
