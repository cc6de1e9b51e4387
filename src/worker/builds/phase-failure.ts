/**
 * Fails the phase of a build that is running, in CodeBuild's words (P2.6 `contexts`).
 *
 * A cause that is a ProviderError decides how the action fails, too: a refused archive, say, keeps its own type and
 * message.
 */
export class PhaseFailure extends Error {
  readonly statusCode: string;

  constructor(statusCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PhaseFailure";
    this.statusCode = statusCode;
  }
}
