/** A YAML document reduced to what a buildspec knows: texts, lists, mappings, and where each stands. */
export type Node = TextNode | EmptyNode | ListNode | MapNode;

/** Counted from 1. */
export interface At {
  readonly line: number;
  readonly column: number;
}

/** A scalar, by its source text: `1.10` stays `1.10` (P3.2). */
export interface TextNode {
  readonly kind: "text";
  readonly text: string;
  readonly at: At;
}

/** YAML's null: nothing, `~` or `null`. */
export interface EmptyNode {
  readonly kind: "empty";
  readonly at: At;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly at: At;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly at: At;
}

export interface MapEntry {
  readonly key: string;
  readonly keyAt: At;
  readonly value: Node;
}
