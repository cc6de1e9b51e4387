/** Secrets that this server doesn't keep: asked of AWS's services, or of what speaks like them, by `endpoint.…` (P3.9). */
import { allowedByUrl, failureOf, type OutgoingAnswer, send, type Way } from "../../network/index.ts";
import type { SettingValues } from "../catalogue.ts";
import type { Scope } from "../scope.ts";
import { MAX_BYTES } from "./check.ts";
import { type OutsideService, SERVICES } from "./outside-services.ts";
import type { ResolvedSecret, SecretKind } from "./types.ts";

const TIME_LIMIT_MS = 10_000;
/** Of an answer: a secret has 64 KiB at most, as JSON text some more. */
const SIZE_LIMIT = 1024 * 1024;
const LONGEST_MESSAGE = 500;

export interface OutsideSecrets {
  /** @returns undefined where nobody is to be asked */
  resolve(scope: Scope, kind: SecretKind, reference: string): Promise<ResolvedSecret | undefined>;
}

export interface OutsideRoom {
  readonly settings: Pick<SettingValues, "get">;
  readonly way: Way;
  /** Whose secrets the services hold: their keys are one account's, and say nothing of whom else they are for. */
  readonly account: string;
}

export function createOutsideSecrets({ settings, way, account }: OutsideRoom): OutsideSecrets {
  return {
    async resolve(scope, kind, reference) {
      const service = SERVICES[kind];
      const endpoint = settings.get(`endpoint.${service.name}`);
      if (endpoint === undefined || scope.account !== account) return undefined;
      const credentials = settings.get(`credentials.${service.name}`);
      const asked = await request(service, reference, { endpoint, credentials, region: scope.region });
      const where = `${service.title} at ${asked.url}`;
      if ("refused" in asked) return { refused: `${asked.refused} (${reference}, ${where})` };
      const answer = await exchange(asked.post, way);
      const read =
        typeof answer === "string"
          ? { unavailable: answer }
          : bounded(readAnswer(service, answer, reference));
      if ("refused" in read) return { refused: `${read.refused} (${reference}, ${where})` };
      return "unavailable" in read ? { unavailable: `${where}: ${read.unavailable}` } : read;
    },
  };
}

interface Place {
  readonly endpoint: string;
  readonly credentials: string | undefined;
  readonly region: string;
}

async function request(service: OutsideService, reference: string, { endpoint, credentials, region }: Place) {
  // Loaded where it is needed: most servers sign nothing.
  const { awsEndpoint, awsKeys, signedPost } = await import("../../network/aws-request.ts");
  const url = awsEndpoint(endpoint, service.name, region);
  const keys = await awsKeys(credentials).catch((error: Error) => error);
  if (keys instanceof Error) {
    const hint = `set credentials.${service.name}, or give the server AWS credentials of its own`;
    return { url: url.href, refused: `${keys.message}: ${hint}` };
  }
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": service.target };
  const body = JSON.stringify(service.question(reference));
  const post = await signedPost({ url, region, signingName: service.name, headers, body }, async () => keys);
  return { url: url.href, post };
}

/** @returns the answer, or why there is none, which may pass */
async function exchange(
  post: {
    readonly method: "POST";
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  },
  way: Way,
): Promise<OutgoingAnswer | string> {
  try {
    const allowed = [allowedByUrl(post.url)];
    return await send({ ...post, allowed, way, timeLimit: TIME_LIMIT_MS, sizeLimit: SIZE_LIMIT });
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

/** No process can be given what is much larger. */
function bounded(read: ResolvedSecret): ResolvedSecret {
  const bytes = "value" in read ? Buffer.byteLength(read.value) : 0;
  if (bytes <= MAX_BYTES) return read;
  return { refused: `the value has ${bytes} bytes, and a variable takes ${MAX_BYTES}` };
}

/** Throttling is told by 400, too. */
function readAnswer(
  service: OutsideService,
  { status, body }: OutgoingAnswer,
  reference: string,
): ResolvedSecret {
  const answer = parseObject(body.toString("utf8"));
  if (status === 200)
    return (answer && service.read(answer, reference)) ?? { unavailable: "its answer isn't understood" };
  const { code, message } = errorOf(answer);
  if (status === 429 || status >= 500 || /Throttl|TooManyRequests/.test(code))
    return { unavailable: `it answered ${status} ${code}`.trimEnd() };
  return { refused: `${code || `status ${status}`}: ${message}` };
}

function errorOf(answer: Readonly<Record<string, unknown>> = {}): { code: string; message: string } {
  const { __type: type, message, Message } = answer;
  const text = (value: unknown) => (typeof value === "string" ? value.slice(0, LONGEST_MESSAGE) : "");
  return { code: text(type).split("#").at(-1) ?? "", message: text(message) || text(Message) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
