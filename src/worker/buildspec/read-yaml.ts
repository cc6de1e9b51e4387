import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
  type Node as YamlNode,
} from "yaml";
import type { At, MapEntry, Node } from "./node.ts";
import type { Problems } from "./problems.ts";

/** Of a buildspec (P3.2). */
export const MAX_BUILDSPEC_BYTES = 2 ** 20;
const MAX_DEPTH = 32;
const MAX_ALIASES = 1_000;
const START: At = { line: 1, column: 1 };

/**
 * Reads YAML 1.2 into nodes (P3.2). What a buildspec may not have is an error: tags, a second document, the same key
 * twice, more than 1 MiB, nesting beyond 32, more than 1,000 aliases.
 *
 * @returns undefined when there is nothing to go on with
 */
export function readYaml(text: string, problems: Problems): Node | undefined {
  if (Buffer.byteLength(text) > MAX_BUILDSPEC_BYTES) {
    problems.error(START, "the buildspec is larger than 1 MiB");
    return undefined;
  }
  const lines = new LineCounter();
  const document = parse(text, lines, problems);
  if (document === undefined) return undefined;
  const at = (offset: number): At => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  for (const { pos, message } of document.errors) problems.error(at(pos[0]), reasonOf(message));
  if (problems.errors.length > 0 || document.contents === null) return undefined;
  return new NodeReader(document, at, problems).read(document.contents);
}

/** The parser nests as the text does, and says what it ran into rather than why. */
function reasonOf(message: string): string {
  return /call stack/i.test(message) ? `the buildspec is nested deeper than ${MAX_DEPTH}` : message;
}

/** The failsafe schema makes no numbers, dates or booleans: scalars stay what they are in the text. */
function parse(text: string, lines: LineCounter, problems: Problems): Document.Parsed | undefined {
  try {
    const documents = parseAllDocuments(text.replace(/^\ufeff/, ""), {
      lineCounter: lines,
      schema: "failsafe",
      prettyErrors: false,
      uniqueKeys: false,
    });
    if (!Array.isArray(documents)) return undefined;
    const [first, second] = documents;
    if (second !== undefined) {
      const { line, col } = lines.linePos(second.range[0]);
      problems.error({ line, column: col }, "a buildspec must be one document");
    }
    return first;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.error(START, `the buildspec is nested deeper than ${MAX_DEPTH}`);
    return undefined;
  }
}

class NodeReader {
  readonly #document: Document.Parsed;
  readonly #at: (offset: number) => At;
  readonly #problems: Problems;
  #aliases = 0;

  constructor(document: Document.Parsed, at: (offset: number) => At, problems: Problems) {
    this.#document = document;
    this.#at = at;
    this.#problems = problems;
  }

  read(node: unknown, depth = 0, at: At = START): Node {
    if (isAlias(node)) return this.read(this.#resolve(node), depth, this.#place(node));
    const here = isYamlNode(node) ? this.#place(node) : at;
    if (depth > MAX_DEPTH) {
      this.#problems.error(here, `the buildspec is nested deeper than ${MAX_DEPTH}`);
      return { kind: "empty", at: here };
    }
    if (isYamlNode(node) && node.tag !== undefined)
      this.#problems.error(here, `the tag ${node.tag} is not allowed`);
    if (isScalar(node)) return scalar(node, here);
    if (isSeq(node)) {
      return { kind: "list", at: here, items: node.items.map((item) => this.read(item, depth + 1, here)) };
    }
    if (isMap(node)) return { kind: "map", at: here, entries: this.#entries(node, depth, here) };
    return { kind: "empty", at: here };
  }

  #entries(map: YAMLMap, depth: number, at: At): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    const merged: Node[] = [];
    for (const { key, value } of map.items) {
      const keyNode = this.read(key, depth + 1, at);
      if (keyNode.kind !== "text") {
        this.#problems.error(keyNode.at, "a key must be a string");
        continue;
      }
      const valueNode = this.read(value, depth + 1, keyNode.at);
      if (isMergeKey(key)) {
        merged.push(...(valueNode.kind === "list" ? valueNode.items : [valueNode]));
      } else if (entries.has(keyNode.text)) {
        this.#problems.error(keyNode.at, `the key '${keyNode.text}' appears twice`);
      } else {
        entries.set(keyNode.text, { key: keyNode.text, keyAt: keyNode.at, value: valueNode });
      }
    }
    this.#merge(entries, merged);
    return entries;
  }

  /** YAML 1.1's `<<`: keys that the mapping has itself, or from an earlier one, win. */
  #merge(entries: Map<string, MapEntry>, merged: readonly Node[]): void {
    for (const source of merged) {
      if (source.kind !== "map") {
        this.#problems.error(source.at, "<< must name a mapping, or a list of mappings");
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #resolve(alias: Alias): unknown {
    this.#aliases += 1;
    if (this.#aliases === MAX_ALIASES + 1) {
      this.#problems.error(this.#place(alias), `the buildspec has more than ${MAX_ALIASES} aliases`);
    }
    if (this.#aliases > MAX_ALIASES) return undefined;
    const target = alias.resolve(this.#document);
    if (target === undefined)
      this.#problems.error(this.#place(alias), `the alias *${alias.source} names nothing`);
    return target;
  }

  #place(node: YamlNode): At {
    return this.#at(node.range?.[0] ?? 0);
  }
}

function scalar(node: Scalar, at: At): Node {
  const text = String(node.value);
  const empty = node.type === Scalar.PLAIN && /^(|~|null|Null|NULL)$/.test(text);
  return empty ? { kind: "empty", at } : { kind: "text", text, at };
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === "<<";
}

function isYamlNode(node: unknown): node is YamlNode {
  return isScalar(node) || isSeq(node) || isMap(node) || isAlias(node);
}
