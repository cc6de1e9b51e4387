/** The functions of CloudFormation's templates, by name. `Condition` is one of conditions only: conditions.ts. */
import { isList, isObject, type Json, kindOf } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import { NO_VALUE, type Resolved, type Scope } from "./scope.ts";
import { substitute } from "./substitute.ts";

export type Resolve = (value: Json, scope: Scope) => Resolved;
type TemplateFunction = (argument: Json, scope: Scope, resolve: Resolve) => Resolved;

export const functions: Readonly<Record<string, TemplateFunction>> = {
  Ref: (name, scope) => scope.ref(text(name)),

  "Fn::GetAtt": (argument, scope, resolve) => {
    const [logicalId, attribute] = typeof argument === "string" ? dotted(argument) : elements(argument, 2);
    return scope.attribute(text(logicalId), text(resolve(attribute ?? "", scope)));
  },

  "Fn::Sub": (argument, scope, resolve) => {
    if (typeof argument === "string") return substitute(argument, {}, scope);
    const [template, given = {}] = elements(argument, 2);
    if (!isObject(given)) throw new ImportProblem(`takes a text and a map, got ${kindOf(given)} as the map`);
    const values = Object.entries(given).map(([name, value]) => [name, text(resolve(value, scope))] as const);
    return substitute(text(template), Object.fromEntries(values), scope);
  },

  "Fn::Join": (argument, scope, resolve) => {
    const [delimiter, list] = elements(argument, 2);
    return items(resolve(list ?? [], scope))
      .map(text)
      .join(text(delimiter));
  },

  "Fn::Split": (argument, scope, resolve) => {
    const [delimiter, whole] = elements(argument, 2);
    return text(resolve(whole ?? "", scope)).split(text(delimiter));
  },

  "Fn::Select": (argument, scope, resolve) => {
    const [position, list] = elements(argument, 2);
    const index = Number(text(resolve(position ?? "", scope)));
    const from = items(resolve(list ?? [], scope));
    const chosen = from[index];
    if (chosen === undefined)
      throw new ImportProblem(`there is no element ${index} in a list of ${from.length}`);
    return chosen;
  },

  "Fn::If": (argument, scope, resolve) => {
    const [condition, whenTrue, whenFalse] = elements(argument, 3);
    return resolve((scope.condition(text(condition)) ? whenTrue : whenFalse) ?? null, scope);
  },

  "Fn::FindInMap": (argument, scope, resolve) => {
    const [map, top, second] = elements(argument, 3).map((key) => text(resolve(key, scope)));
    return scope.mapping(map ?? "", top ?? "", second ?? "");
  },

  "Fn::ImportValue": (argument, scope, resolve) => scope.imported(text(resolve(argument, scope))),

  "Fn::Base64": (argument, scope, resolve) => Buffer.from(text(resolve(argument, scope))).toString("base64"),

  "Fn::Length": (argument, scope, resolve) => items(resolve(argument, scope)).length,

  "Fn::ToJsonString": (argument, scope, resolve) => JSON.stringify(resolve(argument, scope)),
};

/** @throws ImportProblem for what is no text and can't be one */
export function text(value: Resolved | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ImportProblem(`takes a text, got ${value === NO_VALUE ? "AWS::NoValue" : kindOf(value)}`);
}

function elements(argument: Json, most: number): readonly Json[] {
  if (isList(argument) && argument.length <= most) return argument;
  const given = isList(argument) ? `one of ${argument.length}` : kindOf(argument);
  throw new ImportProblem(`takes a list of ${most}, got ${given}`);
}

function items(value: Resolved): readonly Json[] {
  if (value !== NO_VALUE && isList(value)) return value;
  throw new ImportProblem(`takes a list, got ${value === NO_VALUE ? "AWS::NoValue" : kindOf(value)}`);
}

function dotted(argument: string): readonly string[] {
  const dot = argument.indexOf(".");
  return dot < 0 ? [argument] : [argument.slice(0, dot), argument.slice(dot + 1)];
}
