/** References in texts: `#{namespace.key}` (semantics.md E4.3). */
export interface Reference {
  /** As it stands in the text. */
  readonly text: string;
  /** Both absent when it isn't of the form. */
  readonly namespace?: string;
  readonly key?: string;
}

export function referencesIn(text: string): Reference[] {
  return text
    .matchAll(/#\{([^}]*)\}/g)
    .map(([whole, inside = ""]) => {
      const [, namespace, key] = /^([A-Za-z0-9@_-]+)\.([A-Za-z0-9@_-]+)$/.exec(inside) ?? [];
      return namespace === undefined || key === undefined ? { text: whole } : { text: whole, namespace, key };
    })
    .toArray();
}
