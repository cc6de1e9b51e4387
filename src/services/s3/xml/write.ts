/** A piece of XML that is well formed by construction: text is escaped here and nowhere else. */
export interface Xml {
  readonly markup: string;
}

type Content = string | number | boolean | Xml | readonly (Xml | undefined)[];

/** `name` is ours, never a caller's. Undefined members of a list are left out. */
export function element(name: string, content: Content, attributes = ""): Xml {
  return { markup: `<${name}${attributes}>${markupOf(content)}</${name}>` };
}

/** The element, unless there is nothing to say. */
export function optional(name: string, content: Content | undefined): Xml | undefined {
  return content === undefined ? undefined : element(name, content);
}

/** An answer's root in S3's namespace. */
export function answer(name: string, content: Content): string {
  return document(element(name, content, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'));
}

export function document(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}`;
}

function markupOf(content: Content): string {
  if (typeof content === "object") {
    if ("markup" in content) return content.markup;
    return content.map((child) => child?.markup ?? "").join("");
  }
  return escaped(String(content));
}

/** Control characters, which keys may hold, go as references as on AWS, although XML 1.0 knows no way to write them. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[&<>"\u0000-\u001f\ufffe\uffff]/g, (character) => {
    switch (character) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case '"':
        return "&quot;";
      default:
        return `&#x${character.charCodeAt(0).toString(16)};`;
    }
  });
}
