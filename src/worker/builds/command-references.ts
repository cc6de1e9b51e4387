import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";
import { type QuotingContext, ShellScanner } from "./shell-scanner.ts";

export interface ShellCommands {
  readonly commands: readonly string[];
  /** The values of the references, by variable. */
  readonly variables: Readonly<Record<string, string>>;
}

type CommandTexts = NonNullable<Job["commands"]>;

/**
 * Puts a shell parameter in the place of each reference, quoted as its place asks for: the value itself never stands
 * in a command, so nothing in it is ever read as shell (E4.9, P4.2, attack A20).
 *
 * @throws ProviderError ConfigurationError for a reference where no quoting would help
 */
export function expandReferences(texts: CommandTexts, action: string): ShellCommands {
  const variables: Record<string, string> = {};
  const names = new Map<string, string>();
  const nameOf = (reference: string, value: string) => {
    const name = names.get(reference) ?? `MILLRACE_VAR_${names.size + 1}`;
    names.set(reference, name);
    variables[name] = value;
    return name;
  };
  const commands = texts.map(({ text, values }) => expandCommand(text, values, nameOf, action));
  return { commands, variables };
}

function expandCommand(
  text: string,
  values: Readonly<Record<string, string>>,
  nameOf: (reference: string, value: string) => string,
  action: string,
): string {
  const scanner = new ShellScanner();
  let expanded = "";
  for (let at = 0; at < text.length; ) {
    const reference = referenceAt(text, at);
    const value = reference === undefined ? undefined : values[reference];
    if (reference === undefined || value === undefined) {
      const character = text.charAt(at);
      scanner.read(character);
      expanded += character;
      at += 1;
      continue;
    }
    expanded += parameter(nameOf(reference, value), scanner.context, reference, action);
    scanner.readWord();
    at += reference.length;
  }
  return expanded;
}

/** The text of a reference that begins here: `#{…}` up to the next brace (E4.3). */
function referenceAt(text: string, at: number): string | undefined {
  if (!text.startsWith("#{", at)) return undefined;
  const end = text.indexOf("}", at);
  return end < 0 ? undefined : text.slice(at, end + 1);
}

function parameter(name: string, context: QuotingContext, reference: string, action: string): string {
  switch (context) {
    case "plain":
      return `"\${${name}}"`;
    case "double":
    case "hereDocument":
    case "comment":
      return `\${${name}}`;
    case "single":
      return `'"\${${name}}"'`;
    case "quotedHereDocument":
      throw new ProviderError(
        "ConfigurationError",
        `Variable reference ${reference} in a command of action '${action}' stands in a quoted here-document.`,
      );
    case "arithmetic":
      // Shells evaluate the value of a variable there; some of them run commands that stand in it.
      throw new ProviderError(
        "ConfigurationError",
        `Variable reference ${reference} in a command of action '${action}' stands in an arithmetic expansion, where its value would be evaluated. Assign it to a variable and check it first.`,
      );
  }
}
