/** How requests leave this machine: by which certificates others are known, and through whom (S9.6, S9.7). */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates } from "node:tls";

export interface Way {
  /** Every certificate that is trusted, in PEM: the usual ones and the operator's. Absent: the usual ones. */
  readonly authorities?: readonly string[];
  /** The same in a file, where there are programs to be told of them. */
  readonly bundle?: string;
  readonly proxy?: HttpProxy;
}

export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Of the header `proxy-authorization`. */
  readonly authorization?: string;
  /** As it was given, user and password included: git is told it so. */
  readonly url: string;
}

/** To the destination itself, which is known by the usual certificates. */
export const DIRECT: Way = {};

/**
 * The certificates of a PEM file besides those that are trusted anyway.
 * @throws Error that says what is wrong with the file
 */
export function readAuthorities(file: string): readonly string[] {
  const found = readPem(file).match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  for (const [index, certificate] of found.entries()) {
    try {
      new X509Certificate(certificate);
    } catch {
      throw new Error(`certificate ${index + 1} of ${file} can't be read`);
    }
  }
  return [...getCACertificates("default"), ...found];
}

/** @param folder where the certificates are written to, for git to read */
export async function withBundle(way: Way, folder: string): Promise<Way> {
  if (way.authorities === undefined || way.bundle !== undefined) return way;
  const bundle = join(folder, "authorities.pem");
  await writeFile(bundle, `${way.authorities.join("\n")}\n`);
  return { ...way, bundle };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`${file} can't be read (${reason})`);
  }
}

/** `http://[user:password@]host[:port]`; undefined for what is none. */
export function parseProxy(text: string): HttpProxy | undefined {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "http:" || url.hostname === "") return undefined;
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") return undefined;
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) return undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 80 : Number(url.port),
    ...(user + password !== "" && {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
    }),
    url: url.href,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
