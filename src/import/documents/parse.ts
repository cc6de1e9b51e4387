/**
 * JSON or YAML as it stands in a file. YAML's scalars stay texts (`012345678901` is an account, `1.10` a version): what
 * they are is said by the shape that they are given to. CloudFormation's short tags become the long functions.
 */
import { type CollectionTag, Pair, parseDocument, Scalar, type ScalarTag, YAMLMap, type YAMLSeq } from "yaml";
import type { Json } from "../json.ts";
import { ImportProblem } from "../problem.ts";

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
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // A YAML flow mapping, or JSON with an error: YAML's parser says where.
    }
  }
  const document = parseDocument(text, { schema: "failsafe", customTags: shortTags(), prettyErrors: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new ImportProblem(problem.message.split("\n\n", 1)[0] ?? problem.message);
  return document.toJS({ maxAliasCount: 100 }) as Json;
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
