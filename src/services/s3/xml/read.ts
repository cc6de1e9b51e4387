import { XMLParser, XMLValidator } from "fast-xml-parser";
import { S3Error } from "../error.ts";
import { malformed, XmlNode } from "./node.ts";

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // References are decoded below: the five of XML and characters by number, nothing that a document could declare.
  processEntities: false,
  maxNestedTags: 8,
});

/** @throws S3Error MalformedXML unless the text is one element `root` */
export function parseXml(text: string, root: string): XmlNode {
  if (text.includes("\0")) throw malformed("XML can't hold the character NUL");
  if (text.includes("<!")) throw malformed("declarations, comments and CDATA are not accepted");
  let parsed: unknown;
  try {
    if (XMLValidator.validate(text) !== true) throw malformed("it is not well-formed XML");
    parsed = parser.parse(text);
  } catch (error) {
    throw error instanceof S3Error ? error : malformed("it is not well-formed XML");
  }
  const [found, ...more] = new XmlNode(parsed).children(root);
  if (found === undefined || more.length > 0) throw malformed(`its root must be ${root}`);
  return found;
}
