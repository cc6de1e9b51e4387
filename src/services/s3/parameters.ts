/** The query and the headers of a request, as operations ask for them. */
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./error.ts";

export class Query {
  readonly #values = new Map<string, string>();

  /** @param query as sent, without `?` */
  constructor(query: string) {
    for (const [name, value] of new URLSearchParams(query)) {
      if (!this.#values.has(name)) this.#values.set(name, value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** @throws S3Error InvalidArgument for a value with NUL, which no name holds and PostgreSQL can't compare */
  get(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value?.includes("\0")) throw notPossible(name, "it holds the character NUL");
    return value;
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }

  /** A whole number of a parameter. @throws S3Error InvalidArgument */
  number(
    name: string,
    { least, most, otherwise }: { least: number; most: number; otherwise: number },
  ): number {
    const text = this.#values.get(name);
    if (text === undefined || text === "") return otherwise;
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) {
      throw new S3Error(
        "InvalidArgument",
        `Argument ${name} must be an integer between ${least} and 2147483647`,
        {
          details: { ArgumentName: name, ArgumentValue: text },
        },
      );
    }
    return Math.min(value, most);
  }
}

/**
 * Headers by name in lower case. A presigned request may carry `x-amz-…` headers as parameters of its (signed) query;
 * not so checksums: what a client put there when it signed knew nothing of the body.
 */
export class Headers {
  readonly #headers: IncomingHttpHeaders;
  readonly #hoisted = new Map<string, string>();

  /** @throws S3Error InvalidArgument for a parameter that stands for a header and can't be one */
  constructor(headers: IncomingHttpHeaders, presigned: Query | undefined) {
    this.#headers = headers;
    for (const parameter of presigned?.names() ?? []) {
      const name = parameter.toLowerCase();
      const value = presigned?.get(parameter);
      if (value === undefined || !isHoisted(name)) continue;
      // What is kept of it goes out again in headers, which would refuse it then.
      if (!isHeaderName(name) || !isHeaderValue(value)) throw notPossible(parameter, "it can't be a header");
      this.#hoisted.set(name, value);
    }
  }

  get(name: string): string | undefined {
    const value = this.#headers[name];
    return (Array.isArray(value) ? value.join(", ") : value) ?? this.#hoisted.get(name);
  }

  names(): Iterable<string> {
    return new Set([...Object.keys(this.#headers), ...this.#hoisted.keys()]);
  }
}

/** Whether a text can be sent as a header's value. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\xa0-\xff]*$/.test(text);
}

function isHeaderName(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text);
}

function notPossible(name: string, because: string): S3Error {
  return new S3Error("InvalidArgument", `The parameter is not possible: ${because}.`, {
    details: { ArgumentName: name },
  });
}

const ofTheSignature =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/;

function isHoisted(name: string): boolean {
  return (
    name.startsWith("x-amz-") &&
    !ofTheSignature.test(name) &&
    !name.startsWith("x-amz-checksum-") &&
    name !== "x-amz-sdk-checksum-algorithm"
  );
}
