import { text } from "./functions.ts";
import type { Scope } from "./scope.ts";

/**
 * `Fn::Sub`: `${Name}` is a parameter, a resource or one of `values`, `${Name.Attribute}` an attribute, and `${!Name}`
 * the text `${Name}`.
 *
 * @throws ImportProblem for a name that isn't known
 */
export function substitute(template: string, values: Readonly<Record<string, string>>, scope: Scope): string {
  return template.replace(/\$\{(!?)([^{}]*)\}/g, (_, literal: string, inside: string) => {
    if (literal === "!") return `\${${inside}}`;
    const name = inside.trim();
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    if (given !== undefined) return given;
    const dot = name.indexOf(".");
    return text(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });
}
