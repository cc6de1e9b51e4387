import { AwsError } from "./error.ts";

/** The body isn't JSON, or a value has the wrong JSON type (api.md §1.3). */
export class SerializationError extends AwsError {
  constructor(message: string) {
    super("SerializationException", message);
    this.name = "SerializationError";
  }

  /** The same error, told from one level further up. */
  within(segment: string): SerializationError {
    return new SerializationErrorAt(this, [segment]);
  }
}

/** Collects the path while the decoder unwinds, so that a request without errors pays nothing for it. */
class SerializationErrorAt extends SerializationError {
  readonly #cause: SerializationError;
  readonly #path: readonly string[];

  constructor(cause: SerializationError, path: readonly string[]) {
    super(`${cause.message} (at '${path.join(".")}')`);
    this.#cause = cause;
    this.#path = path;
  }

  override within(segment: string): SerializationError {
    return new SerializationErrorAt(this.#cause, [segment, ...this.#path]);
  }
}
