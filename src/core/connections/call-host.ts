/** One request to a connection's host: who asks, how long it may take and how much be answered, and the way there. */
import { type Allowed, type OutgoingRequest, send, type Way } from "../../network/index.ts";

export interface Reach {
  /** GitHub's API, without a trailing slash: where connections of type GitHub ask. */
  readonly apiUrl: string;
  /** Destinations that are allowed besides the public internet. */
  readonly allowed: readonly Allowed[];
  readonly way: Way;
  /** Of Millrace. */
  readonly version: string;
}

type HostRequest = Pick<OutgoingRequest, "method" | "url" | "headers" | "body" | "redirects" | "signal">;

const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 1024 ** 2;

/** @param request whose body, if any, is JSON @throws what `send` throws */
export function callHost({ allowed, way, version }: Reach, request: HostRequest): ReturnType<typeof send> {
  return send({
    ...request,
    headers: {
      accept: "application/json",
      "user-agent": `Millrace/${version}`,
      ...(request.body !== undefined && { "content-type": "application/json" }),
      ...request.headers,
    },
    allowed,
    way,
    timeLimit: TIME_LIMIT_MS,
    sizeLimit: SIZE_LIMIT,
  });
}
