/** What the four listings share: paging parameters in, encoded keys out. */
import { S3Error } from "./error.ts";
import type { Query } from "./parameters.ts";
import { element, type Xml } from "./xml/write.ts";

export interface ListParameters {
  readonly prefix: string;
  /** Absent or empty: nothing is rolled up. */
  readonly delimiter?: string;
  readonly limit: number;
  /** Percent-encodes keys where the caller asked for it (`encoding-type=url`), else leaves them. */
  encode(key: string): string;
  readonly encodingType?: string;
}

const longestPage = 1000;

/** @param limitName `max-keys` or `max-uploads`. @throws S3Error InvalidArgument */
export function listParameters(query: Query, limitName: string): ListParameters {
  const encodingType = query.get("encoding-type");
  if (encodingType !== undefined && encodingType !== "" && encodingType !== "url") {
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request", {
      details: { ArgumentName: "encoding-type", ArgumentValue: encodingType },
    });
  }
  const delimiter = query.get("delimiter");
  return {
    prefix: query.get("prefix") ?? "",
    ...(delimiter && { delimiter }),
    limit: query.number(limitName, { least: 0, most: longestPage, otherwise: longestPage }),
    encode: encodingType === "url" ? encodeKey : (key) => key,
    ...(encodingType && { encodingType }),
  };
}

export function commonPrefixes(prefixes: readonly string[], { encode }: ListParameters): Xml[] {
  return prefixes.map((prefix) => element("CommonPrefixes", [element("Prefix", encode(prefix))]));
}

/** A parameter that says something, undefined when absent or empty. */
export function marker(query: Query, name: string): string | undefined {
  return query.get(name) || undefined;
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/");
}
