/** There are no keys for a topic's service; the message says why. */
export class NoKeysError extends Error {}
