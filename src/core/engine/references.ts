/** References to variables: `#{namespace.key}` (E4.3). */

export interface Reference {
  /** As written, `#{` and `}` included. */
  readonly text: string;
  readonly namespace: string;
  readonly key: string;
}

const PLACE = /#\{([^}]*)\}/g;
const REFERENCE = /^([A-Za-z0-9@_-]+)\.([A-Za-z0-9@_-]+)$/;

/** Every reference in a text, in order; `malformed` holds those `#{…}` that aren't references (refused at create). */
export function parseReferences(text: string): { references: Reference[]; malformed: string[] } {
  const references: Reference[] = [];
  const malformed: string[] = [];
  if (!text.includes("#{")) return { references, malformed };
  for (const [place, inner = ""] of text.matchAll(PLACE)) {
    const [, namespace, key] = REFERENCE.exec(inner) ?? [];
    if (namespace === undefined || key === undefined) malformed.push(place);
    else references.push({ text: place, namespace, key });
  }
  return { references, malformed };
}

/** @returns the value of a reference; undefined where there is none */
export type Lookup = (reference: Reference) => string | undefined;

/**
 * Replaces references in one pass from left to right; what is inserted isn't looked at again. Where the text is a JSON
 * object or array, values are escaped as the inside of a JSON string (E4.7).
 *
 * @param missing gets the text of every reference without value, which stays in place
 */
export function resolveText(text: string, lookup: Lookup, missing: Set<string>): string {
  if (!text.includes("#{")) return text;
  const escaped = isJsonContainer(text) ? (value: string) => JSON.stringify(value).slice(1, -1) : undefined;
  return text.replace(PLACE, (place: string) => {
    const [reference] = parseReferences(place).references;
    if (reference === undefined) return place;
    const value = lookup(reference);
    if (value === undefined) {
      missing.add(place);
      return place;
    }
    return escaped === undefined ? value : escaped(value);
  });
}

function isJsonContainer(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
