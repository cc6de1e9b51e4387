/** The Content-Type of a deployed file, by its extension (P6.4). */
import { extname } from "node:path/posix";
import db from "mime-db/db.json" with { type: "json" };

const UNKNOWN = "application/octet-stream";

interface MediaType {
  readonly source?: string;
  readonly compressible?: boolean;
  readonly extensions?: readonly string[];
}

/** When several types claim an extension, IANA's wins, then Apache's, then nginx's, then the collection's own. */
const RANK: Readonly<Record<string, number>> = { iana: 3, apache: 2, nginx: 1 };

const byExtension = tableOf(db);

/** @param path of the file, or its name */
export function contentType(path: string): string {
  const type = byExtension.get(extname(path).slice(1).toLowerCase()) ?? UNKNOWN;
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}

function tableOf(types: Readonly<Record<string, MediaType>>): ReadonlyMap<string, string> {
  const table = new Map<string, { readonly type: string; readonly rank: number }>();
  for (const [type, { source, extensions = [] }] of Object.entries(types)) {
    const rank = RANK[source ?? ""] ?? 0;
    for (const extension of extensions) {
      const known = table.get(extension);
      if (known === undefined || rank > known.rank) {
        table.set(extension, { type, rank });
      }
    }
  }
  return new Map([...table].map(([extension, { type }]) => [extension, type]));
}
