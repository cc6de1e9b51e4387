/** An error that a caller gets in AWS's shape: `__type` and `message`. */
export class AwsError extends Error {
  /** Bare shape name: `PipelineNotFoundException`. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
  }
}
