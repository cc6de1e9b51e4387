export { type Allowed, allowedByUrl, parseAllowed } from "./allowed.ts";
export { type Destination, DestinationError, resolveDestination, UnknownHostError } from "./destination.ts";
export { failureOf } from "./failure.ts";
export { OutgoingError } from "./outgoing-error.ts";
export { type Address, isInside, parseAddress, parseRange, type Range } from "./range.ts";
export { type OutgoingAnswer, type OutgoingRequest, send } from "./send.ts";
export { DIRECT, parseProxy, readAuthorities, type Way, withBundle } from "./way.ts";
