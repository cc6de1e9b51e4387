/** Texts that only this installation can read or make: AES-256-GCM under a key derived from its secret. */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealer {
  /** @param context what the text is for; it opens in no other. Not kept in the result. */
  seal(plain: string, context: string): string;
  /** Undefined when the text was altered, cut, made elsewhere or for another context. */
  unseal(sealed: string, context: string): string | undefined;
}

/** A key of its own for each purpose. @param secret the installation's 32 bytes */
export function deriveKey(secret: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", `millrace ${purpose}`, 32)));
}

/** Seals what the installation keeps for itself: `Access.seal`, where nothing else of access is needed. */
export function createSealedTexts(secret: Uint8Array, randomBytes: (size: number) => Uint8Array): Sealer {
  return createSealer(deriveKey(secret, "sealed texts"), randomBytes);
}

export function createSealer(key: KeyObject, randomBytes: (size: number) => Uint8Array): Sealer {
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString("base64url");
    },
    unseal(sealed, context) {
      const bytes = Buffer.from(sealed, "base64url");
      // Node skips what isn't base64url: only the one spelling that `seal` makes counts.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== sealed) return undefined;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([plain, decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
  };
}
