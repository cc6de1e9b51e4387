/** What names, values and lists of readers may be. */
import { SecretError } from "./types.ts";

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
/** Of a value. */
export const MAX_BYTES = 65_536;
const READER = /^(?:project|pipeline):[A-Za-z0-9._@-]{1,150}$/;
const MAX_READERS = 100;

/** @throws SecretError */
export function checkName(name: string): void {
  if (!NAME.test(name))
    throw new SecretError(
      `a secret's name has 1 to 512 letters, digits and / _ + = . @ -, got '${name.slice(0, 100)}'`,
    );
}

/** No environment of a process holds a NUL. @throws SecretError that says nothing of the value but its length */
export function checkValue(value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes === 0 || bytes > MAX_BYTES)
    throw new SecretError(`a secret's value has 1 to ${MAX_BYTES} bytes, got ${bytes}`);
  if (value.includes("\0")) throw new SecretError("a secret's value can't hold a NUL character");
}

/** @throws SecretError */
export function checkAllowed(allowed: readonly string[]): void {
  if (allowed.length === 0 || allowed.length > MAX_READERS)
    throw new SecretError(
      `a secret allows 1 to ${MAX_READERS} projects and pipelines, got ${allowed.length}`,
    );
  const wrong = allowed.find((reader) => !READER.test(reader));
  if (wrong !== undefined)
    throw new SecretError(`what is allowed is written project:NAME or pipeline:NAME, got '${wrong}'`);
}
