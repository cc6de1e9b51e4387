/** Texts with policy variables: `arn:aws:codepipeline:*:*:${aws:username}-*`. */
import { type Context, PolicyError } from "./types.ts";
import { type Wildcard, wildcardOf } from "./wildcard.ts";

export type Template = readonly (Wildcard | Variable)[];

interface Variable {
  readonly name: string;
  /** `${name, 'fallback'}` */
  readonly fallback: string | undefined;
}

export interface Language {
  /** The version of 2012 has variables; to that of 2008 they are text. */
  readonly variables: boolean;
}

/** `${*}`, `${?}` and `${$}` stand for the character itself. */
const ESCAPES = ["*", "?", "$"];

/**
 * @param wildcards whether `*` and `?` mean more than themselves
 * @throws PolicyError for a variable that can't be read
 */
export function readTemplate(text: string, { variables }: Language, wildcards: boolean): Template {
  if (!variables) return [wildcardOf(text, wildcards)];
  const parts: (Wildcard | Variable)[] = [];
  let from = 0;
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
    const end = text.indexOf("}", at);
    if (end < 0) throw new PolicyError(`the variable in '${text}' has no closing brace`);
    parts.push(wildcardOf(text.slice(from, at), wildcards), readVariable(text.slice(at + 2, end), text));
    from = end + 1;
  }
  parts.push(wildcardOf(text.slice(from), wildcards));
  return parts;
}

/** What the template stands for; undefined where a variable of it has no value. What comes of variables is no wildcard. */
export function resolve(template: Template, context: Context): Wildcard | undefined {
  const [only] = template;
  if (template.length === 1 && only !== undefined && !("name" in only)) return only;
  const resolved: number[] = [];
  for (const part of template) {
    const wildcard = "name" in part ? textOf(part, context) : part;
    if (wildcard === undefined) return undefined;
    resolved.push(...wildcard);
  }
  return resolved;
}

/** The condition keys that a template asks for. */
export function variablesOf(template: Template): string[] {
  return template.flatMap((part) => ("name" in part ? [part.name] : []));
}

function readVariable(inside: string, text: string): Wildcard | Variable {
  if (ESCAPES.includes(inside)) return wildcardOf(inside, false);
  const [, name, fallback] = /^([^{},']+?)(?:\s*,\s*'([^']*)')?$/.exec(inside.trim()) ?? [];
  if (name === undefined)
    throw new PolicyError(`the variable in '${text}' can't be read: use \${key} or \${key, 'default'}`);
  return { name, fallback };
}

/** A key with several values is none that a text can be made of. */
function textOf({ name, fallback }: Variable, context: Context): Wildcard | undefined {
  const values = context.get(name);
  const value = values?.length === 1 ? values[0] : fallback;
  return value === undefined ? undefined : wildcardOf(value, false);
}
