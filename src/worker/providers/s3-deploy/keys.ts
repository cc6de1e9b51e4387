/** Where a deployment writes to (P6.1, P6.2). */
import { createHash } from "node:crypto";

export interface KeyValues {
  /** Milliseconds since the epoch. */
  readonly actionStartedAt: number;
  readonly actionExecutionId: string;
}

/** Puts in `{datetime}` and `{uuid}`. Both follow from the action execution: a job that comes again writes the same keys. */
export function expandObjectKey(objectKey: string, values: KeyValues): string {
  return objectKey
    .replaceAll("{datetime}", datetime(values.actionStartedAt))
    .replaceAll("{uuid}", uuidOf(values.actionExecutionId));
}

/** `<folder>/` or nothing: one trailing slash is tolerated, leading ones are dropped. */
export function keyPrefix(objectKey: string): string {
  const folder = objectKey.replace(/^\/+/, "").replace(/\/$/, "");
  return folder === "" ? "" : `${folder}/`;
}

/** `YYYY-MM-DDTHH-MM-SSZ`. */
function datetime(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replaceAll(":", "-").concat("Z");
}

/** A version 4 UUID whose random bits are a digest. */
function uuidOf(actionExecutionId: string): string {
  const digest = createHash("sha256").update(`s3-deploy ${actionExecutionId}`).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x40, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString("hex", 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
