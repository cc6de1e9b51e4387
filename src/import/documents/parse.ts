/**
 * JSON or YAML as it stands in a file. YAML's scalars stay texts (`012345678901` is an account, `1.10` a version): what
 * they are is said by the shape that they are given to. CloudFormation's short tags become the long functions.
 */
import {
  type CollectionTag,
  type Document,
  LineCounter,
  Pair,
  parseDocument,
  Scalar,
  type ScalarTag,
  YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Json } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import { checkDepth, checkExpansion, tooDeep } from "./expansion.ts";

/** Their long names are `Fn::` and the tag's, but for these two. */
const LONG: Readonly<Record<string, string>> = { Ref: "Ref", Condition: "Condition" };
const TAGS = [
  "And",
  "Base64",
  "Cidr",
  "Condition",
  "Equals",
  "FindInMap",
  "ForEach",
  "GetAtt",
  "GetAZs",
  "If",
  "ImportValue",
  "Join",
  "Length",
  "Not",
  "Or",
  "Ref",
  "Select",
  "Split",
  "Sub",
  "ToJsonString",
  "Transform",
];

/** @throws ImportProblem with line and column */
export function parseText(text: string): Json {
  // JSON first: YAML's parser takes far longer for the large templates that the CDK writes.
  const json = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
  if (json !== undefined) {
    checkDepth(json);
    return json;
  }
  const lines = new LineCounter();
  const document = parseYaml(text, lines);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw asProblem(problem.message);
  checkExpansion(document, lines);
  // What aliases may come to was just looked at.
  return document.toJS({ maxAliasCount: -1 }) as Json;
}

/** Undefined for a YAML flow mapping, or JSON with an error: YAML's parser says where. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The parser nests as the text does, and says what it ran into rather than why. @throws ImportProblem */
function parseYaml(text: string, lineCounter: LineCounter): Document.Parsed {
  try {
    const tags = { schema: "failsafe", customTags: shortTags() } as const;
    return parseDocument(text, { ...tags, prettyErrors: true, lineCounter });
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

function asProblem(message: string): ImportProblem {
  return /call stack/i.test(message) ? tooDeep() : new ImportProblem(message.split("\n\n", 1)[0] ?? message);
}

function shortTags(): (ScalarTag | CollectionTag)[] {
  return TAGS.flatMap((name) => [scalarTag(name), collectionTag(name, "seq"), collectionTag(name, "map")]);
}

function scalarTag(name: string): ScalarTag {
  const long = longName(name);
  return {
    tag: `!${name}`,
    resolve: (text) => ({ [long]: name === "GetAtt" ? splitAttribute(text) : text }),
  };
}

/** `Logical.Attribute.With.Dots` */
function splitAttribute(text: string): string[] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function collectionTag(name: string, collection: "seq" | "map"): CollectionTag {
  return {
    tag: `!${name}`,
    collection,
    resolve(content: YAMLMap.Parsed | YAMLSeq.Parsed) {
      const map = new YAMLMap();
      map.items.push(new Pair(new Scalar(longName(name)), content));
      return map;
    },
  };
}

function longName(tag: string): string {
  return LONG[tag] ?? `Fn::${tag}`;
}
