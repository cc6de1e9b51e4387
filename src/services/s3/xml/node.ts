import { S3Error } from "../error.ts";

/** An element of a caller's document: its text, or its children by name, each a list. */
export class XmlNode {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  children(name: string): readonly XmlNode[] {
    if (typeof this.#value !== "object" || this.#value === null || !Object.hasOwn(this.#value, name))
      return [];
    const found = (this.#value as Record<string, unknown>)[name];
    return (Array.isArray(found) ? found : [found]).map((value) => new XmlNode(value));
  }

  /** The text of the one child of this name. @throws S3Error MalformedXML when there are several, or it has children */
  text(name: string): string | undefined {
    const [first, ...more] = this.children(name);
    if (first === undefined) return undefined;
    if (more.length > 0 || typeof first.#value !== "string")
      throw malformed(`${name} must be there once, with text`);
    return decodeReferences(first.#value);
  }
}

export function malformed(problem: string): S3Error {
  return new S3Error(
    "MalformedXML",
    `The XML you provided was not well-formed or did not validate against our published schema: ${problem}.`,
  );
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeReferences(text: string): string {
  return text.replace(/&([^;&]*);?/g, (reference, name: string) => {
    const character = Object.hasOwn(named, name) ? named[name] : byNumber(name);
    if (character === undefined || !reference.endsWith(";"))
      throw malformed(`unknown reference ${reference}`);
    return character;
  });
}

function byNumber(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
  const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
  const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : undefined;
}
