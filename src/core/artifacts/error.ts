/** A change or a look that can't be had; `services/s3` puts it in the protocol's words and status. */
export class ObjectError extends Error {
  readonly code:
    | "NoSuchBucket"
    | "BucketNotEmpty"
    | "NoSuchKey"
    | "NoSuchUpload"
    | "PreconditionFailed"
    | "InvalidPart"
    | "InvalidPartOrder"
    | "EntityTooSmall"
    | "BadDigest"
    | "InvalidRequest";

  constructor(code: ObjectError["code"], message: string) {
    super(message);
    this.name = "ObjectError";
    this.code = code;
  }
}
