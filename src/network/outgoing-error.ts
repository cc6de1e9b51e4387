/** No whole answer came; the message tells nothing of the URL. */
export class OutgoingError extends Error {
  /** Whether the request can't have arrived: nobody was connected to. */
  readonly unsent: boolean;

  constructor(message: string, unsent = false) {
    super(message);
    this.name = "OutgoingError";
    this.unsent = unsent;
  }
}
