export { type Allowed, allowedByUrl, parseAllowed } from "./allowed.ts";
export { type Destination, DestinationError, resolveDestination, UnknownHostError } from "./destination.ts";
export { type Address, isInside, parseAddress, parseRange, type Range } from "./range.ts";
export { type OutgoingAnswer, OutgoingError, type OutgoingRequest, send } from "./send.ts";
