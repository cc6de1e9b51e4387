/** What a document is once its aliases are followed: finite, and not much larger than a file may be. */
import { type Document, isAlias, isMap, isPair, isSeq, type LineCounter, type Node } from "yaml";
import type { Json } from "../json.ts";
import { ImportProblem } from "../problem.ts";

/** Lists, mappings and texts; the largest template of CloudFormation, 1 MB, has some 50,000. */
const MAX_NODES = 500_000;
export const MAX_DEPTH = 200;

/**
 * Each anchor is looked at once, however often it is named.
 *
 * @throws ImportProblem for an alias that names nothing or itself, and for a document that is too large or too deep
 */
export function checkExpansion(document: Document.Parsed, lines: LineCounter): void {
  const sizes = new Map<unknown, number>();
  const open = new Set<unknown>();

  /** @returns how many nodes it stands for */
  function sizeOf(node: unknown, depth: number): number {
    if (depth > MAX_DEPTH) throw tooDeep();
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined)
        throw new ImportProblem(`The alias *${node.source} names no anchor before it${place(node)}`);
      if (open.has(target))
        throw new ImportProblem(`The alias *${node.source} stands inside of what it names${place(node)}`);
      return sizes.get(target) ?? sizeOf(target, depth);
    }
    open.add(node);
    let size = 1;
    for (const child of childrenOf(node)) {
      size += sizeOf(child, depth + 1);
      if (size > MAX_NODES)
        throw new ImportProblem(
          `With its aliases followed the document is larger than ${MAX_NODES.toLocaleString("en-US")} values`,
        );
    }
    open.delete(node);
    sizes.set(node, size);
    return size;
  }

  function place({ range }: Node): string {
    if (!range) return "";
    const { line, col } = lines.linePos(range[0]);
    return ` at line ${line}, column ${col}`;
  }

  sizeOf(document.contents, 0);
}

function childrenOf(node: unknown): readonly unknown[] {
  if (isMap(node) || isSeq(node)) return node.items;
  return isPair(node) ? [node.key, node.value] : [];
}

/** @throws ImportProblem */
export function checkDepth(value: Json, depth = 0): void {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (typeof value !== "object" || value === null) return;
  for (const child of Object.values(value)) checkDepth(child, depth + 1);
}

export function tooDeep(): ImportProblem {
  return new ImportProblem(`The document is nested deeper than ${MAX_DEPTH}`);
}
