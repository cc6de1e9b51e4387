/** Finds what a shell would not expand in a here-document (providers.md P4.2). */

/** The bodies of the here-documents of a script whose delimiter is quoted, wholly or in part. */
export function quotedHereDocuments(script: string): string[] {
  const bodies: string[] = [];
  let open: Delimiter[] = [];
  let body: string[] = [];
  for (const line of script.split("\n")) {
    const [next] = open;
    if (next === undefined) {
      open = delimitersOf(line);
    } else if ((next.stripsTabs ? line.replace(/^\t+/, "") : line) === next.word) {
      if (next.quoted) bodies.push(body.join("\n"));
      body = [];
      open = open.slice(1);
    } else {
      body.push(line);
    }
  }
  if (open[0]?.quoted) bodies.push(body.join("\n"));
  return bodies;
}

interface Delimiter {
  readonly word: string;
  readonly quoted: boolean;
  /** `<<-` */
  readonly stripsTabs: boolean;
}

/** A quoted stretch (which may hold `<<`), a comment, an escaped character, or the start of a here-document. */
const TOKEN =
  /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|(?:^|\s)#.*|<<<|<<(-?)[ \t]*((?:'[^']*'|"[^"]*"|\\.|[^\s'"\\|&;()<>])+)/g;

function delimitersOf(line: string): Delimiter[] {
  return line
    .matchAll(TOKEN)
    .flatMap(([, dash, raw]) =>
      raw === undefined
        ? []
        : [
            {
              word: raw.replace(/\\(.)|['"]/g, "$1"),
              quoted: /['"\\]/.test(raw),
              stripsTabs: dash === "-",
            },
          ],
    )
    .toArray();
}
