/** What GetObject and HeadObject have in common: everything but the bytes. */
import type { ByteRange, StoredVersion } from "../../core/artifacts/index.ts";
import { checksumHeaders, objectHeaders } from "./attributes.ts";
import { checkReadConditions } from "./conditions.ts";
import { S3Error } from "./error.ts";
import { existing, versionIdOf } from "./lookup.ts";
import type { ObjectCall, S3Answer } from "./operation.ts";
import { isHeaderValue } from "./parameters.ts";
import { partRange, rangeOf } from "./range.ts";

export interface Reading {
  readonly object: StoredVersion;
  readonly answer: Omit<S3Answer, "body">;
  /** Absent: the whole object; `none`: nothing is sent. */
  readonly range?: ByteRange | "none";
}

/** @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed, PreconditionFailed, InvalidRange, InvalidPartNumber, InvalidRequest */
export async function reading(call: ObjectCall): Promise<Reading> {
  const { store, bucket, key, query, headers } = call;
  const object = await existing(store, { bucket: bucket.name, key }, versionIdOf(query));
  const described = { ...objectHeaders(object), ...overrides(call) };
  if (checkReadConditions(headers, object) === "not modified") {
    const { "content-type": _, ...rest } = described;
    return { object, answer: { status: 304, headers: rest }, range: "none" };
  }
  const part = await partAsked(call, object);
  const range = part?.range ?? rangeOf(headers.get("range"), object.size);
  if (range === undefined) {
    const checksum =
      headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED" ? checksumHeaders(object) : {};
    return {
      object,
      answer: { status: 200, headers: { ...described, ...checksum, "content-length": String(object.size) } },
    };
  }
  const answer = {
    status: 206,
    headers: {
      ...described,
      "content-range": `bytes ${range.start}-${range.end}/${object.size}`,
      "content-length": String(range.end - range.start + 1),
      ...(part && { "x-amz-mp-parts-count": String(part.count) }),
    },
  };
  return { object, answer, range };
}

/** The stretch that `partNumber` names, of an object that has any bytes. */
async function partAsked(call: ObjectCall, object: StoredVersion) {
  if (!call.query.has("partNumber")) return undefined;
  if (call.headers.get("range") !== undefined) {
    throw new S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  const number = call.query.number("partNumber", { least: 1, most: 10_000, otherwise: 1 });
  const sizes = await call.store.objects.partSizes(object);
  const range = partRange(sizes, number);
  return object.size === 0 ? undefined : { range, count: sizes.length };
}

/** `response-content-type` and the like, which only signed requests get as far as. */
function overrides({ query }: ObjectCall): Record<string, string> {
  const names = [
    "content-type",
    "content-language",
    "expires",
    "cache-control",
    "content-disposition",
    "content-encoding",
  ];
  const given = names.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === undefined ? [] : [[name, checkedHeader(name, value)]];
  });
  return Object.fromEntries(given);
}

/** @throws S3Error InvalidArgument for what can't stand in a header */
function checkedHeader(name: string, value: string): string {
  if (isHeaderValue(value)) return value;
  throw new S3Error("InvalidArgument", `response-${name} holds characters that a header can't have.`, {
    details: { ArgumentName: `response-${name}` },
  });
}
