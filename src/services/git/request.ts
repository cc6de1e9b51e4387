/** What a request to a hosted repository asks for, and what is read of it. */
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** The request is refused with this status and, as git shows it to its user, this text. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.headers = headers;
  }
}

export interface GitRequest {
  readonly service: "upload-pack" | "receive-pack";
  /** `GET /info/refs`: what the repository offers. Else the service itself. */
  readonly advertise: boolean;
  readonly repositoryName: string;
  /** Of `/git/<region>/<name>.git`; absent: the caller's own (S6.5). */
  readonly region?: string;
  /** `Git-Protocol`, when it is one that git could have sent. */
  readonly protocol?: string;
}

const PATH =
  /^\/git\/(?:([a-z]{2}(?:-[a-z]+)+-\d)\/)?([A-Za-z0-9._-]{1,100})\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** @throws Refusal 404 for everything but the four requests of S6.1, 415 for another content type */
export function parseGitRequest(request: IncomingMessage, path: string, query: string): GitRequest {
  const [, region, repositoryName, rest] = PATH.exec(path) ?? [];
  const advertise = rest === "info/refs";
  const named = advertise ? new URLSearchParams(query).get("service") : rest;
  const service = serviceOf(named);
  if (
    repositoryName === undefined ||
    service === undefined ||
    request.method !== (advertise ? "GET" : "POST")
  ) {
    throw notFound();
  }
  const type = `application/x-git-${service}-request`;
  if (!advertise && request.headers["content-type"] !== type) {
    throw new Refusal(415, `The content type must be ${type}.`);
  }
  const protocol = request.headers["git-protocol"];
  return {
    service,
    advertise,
    repositoryName,
    ...(region !== undefined && { region }),
    ...(typeof protocol === "string" && /^[\w=:.-]{1,100}$/.test(protocol) && { protocol }),
  };
}

export function notFound(): Refusal {
  return new Refusal(404, "Not found.");
}

/**
 * The body, unpacked.
 *
 * @param limit of unpacked bytes (S6.2)
 * @throws Refusal 413, 415, 400 when it isn't the gzip that it says it is
 */
export async function* bodyOf(request: IncomingMessage, limit: number): AsyncGenerator<Buffer, void> {
  let size = 0;
  try {
    for await (const chunk of unpacked(request)) {
      size += chunk.length;
      if (size > limit) throw new Refusal(413, `The request is larger than ${limit} bytes.`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) {
      throw new Refusal(400, "The body isn't valid gzip.");
    }
    throw error;
  }
}

function unpacked(request: IncomingMessage): AsyncIterable<Buffer> {
  switch (request.headers["content-encoding"] ?? "identity") {
    case "identity":
      return request;
    case "gzip":
    case "x-gzip":
      // A caller that hangs up ends the unpacking too; the reader of the result is told.
      return pipeline(request, createGunzip(), () => undefined);
    default:
      throw new Refusal(415, "The content encoding must be gzip or none.");
  }
}

function serviceOf(name: string | null | undefined): GitRequest["service"] | undefined {
  switch (name) {
    case "git-upload-pack":
      return "upload-pack";
    case "git-receive-pack":
      return "receive-pack";
    default:
      return undefined;
  }
}
