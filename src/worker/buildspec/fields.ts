import type { At, MapEntry, MapNode, Node } from "./node.ts";
import type { Problems } from "./problems.ts";
import { suggest } from "./suggest.ts";

const YES = new Set(["yes", "true", "on"]);
const NO = new Set(["no", "false", "off"]);

/**
 * The keys of one mapping, taken out one by one by type. A value of the wrong type is an error and counts as absent;
 * a key that nobody took is a warning (P3.4).
 */
export class Fields {
  readonly at: At;
  readonly #map: MapNode;
  readonly #path: string;
  readonly #problems: Problems;
  readonly #known: string[] = [];

  /** @param path of the mapping in the file, `""` for the root */
  constructor(map: MapNode, path: string, problems: Problems) {
    this.at = map.at;
    this.#map = map;
    this.#path = path;
    this.#problems = problems;
  }

  /** The entry as it stands, for values with rules of their own. */
  entry(key: string): MapEntry | undefined {
    this.#known.push(key);
    return this.#map.entries.get(key);
  }

  text(key: string): { readonly text: string; readonly at: At } | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined || value.kind === "text") return value;
    return this.#wrongType(value, key, "a string");
  }

  texts(key: string): readonly string[] | undefined {
    return this.#textNodes(this.entry(key)?.value, key)?.map(({ text }) => text);
  }

  /** As `texts`, with the place of each. */
  placedTexts(key: string): readonly { readonly text: string; readonly at: At }[] {
    return this.#textNodes(this.entry(key)?.value, key) ?? [];
  }

  yes(key: string): boolean {
    const value = this.entry(key)?.value;
    if (value === undefined) return false;
    const word = value.kind === "text" ? value.text.toLowerCase() : "";
    if (YES.has(word)) return true;
    if (!NO.has(word)) this.#wrongType(value, key, "yes or no");
    return false;
  }

  /** A key with nothing behind it counts as absent when `emptyIsAbsent`. */
  map(key: string, { emptyIsAbsent = false } = {}): Fields | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined || (emptyIsAbsent && value.kind === "empty")) return undefined;
    return this.#asFields(value, key);
  }

  /** All keys of a mapping whose keys are names, each with a mapping behind it. */
  maps(key: string): readonly (readonly [name: string, fields: Fields])[] {
    const value = this.entry(key)?.value;
    if (value === undefined) return [];
    if (value.kind !== "map") {
      this.#wrongType(value, key, "a mapping");
      return [];
    }
    return value.entries
      .values()
      .toArray()
      .flatMap(({ key: name, value: inner }) => {
        const fields = this.#asFields(inner, `${key}.${name}`);
        return fields === undefined ? [] : [[name, fields] as const];
      });
  }

  /** All keys of a mapping from names to strings; nothing behind a name is the empty string. */
  namedTexts(key: string): readonly { readonly name: string; readonly nameAt: At; readonly text: string }[] {
    const value = this.entry(key)?.value;
    if (value === undefined || value.kind === "empty") return [];
    if (value.kind !== "map") {
      this.#wrongType(value, key, "a mapping");
      return [];
    }
    return value.entries
      .values()
      .toArray()
      .flatMap(({ key: name, keyAt: nameAt, value: inner }) => {
        if (inner.kind === "text") return [{ name, nameAt, text: inner.text }];
        if (inner.kind === "empty") return [{ name, nameAt, text: "" }];
        this.#wrongType(inner, `${key}.${name}`, "a string");
        return [];
      });
  }

  pathOf(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }

  /** To be called when all known keys were taken: warns of the others. */
  warnOfUnknown(): void {
    for (const { key, keyAt } of this.#map.entries.values()) {
      if (this.#known.includes(key)) continue;
      const meant = suggest(key, this.#known);
      const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
      this.#problems.warn(keyAt, `unknown key '${key}' is ignored${hint}`);
    }
  }

  #textNodes(value: Node | undefined, key: string): readonly { text: string; at: At }[] | undefined {
    if (value === undefined) return undefined;
    if (value.kind !== "list") return this.#wrongType(value, key, "a list of strings");
    return value.items.flatMap((item, index) => {
      if (item.kind === "text") return [item];
      this.#wrongType(item, `${key}[${index}]`, "a string");
      return [];
    });
  }

  #asFields(value: Node, key: string): Fields | undefined {
    if (value.kind === "map") return new Fields(value, this.pathOf(key), this.#problems);
    return this.#wrongType(value, key, "a mapping");
  }

  #wrongType(value: Node, key: string, wanted: string): undefined {
    this.#problems.error(value.at, `${this.pathOf(key)} must be ${wanted}`);
    return undefined;
  }
}
