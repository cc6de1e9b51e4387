/** The `Conditions` of a template. */
import { isList, isObject, type Json, type JsonObject, kindOf, member } from "../json.ts";
import { at, ImportProblem } from "../problem.ts";
import { text } from "./functions.ts";
import { resolve } from "./resolve.ts";
import type { Scope } from "./scope.ts";

/** @returns whether the condition of a name holds; the function throws ImportProblem */
export function conditionsOf(section: JsonObject, scope: Scope): (name: string) => boolean {
  const known = new Map<string, boolean | "being judged">();

  function named(name: string): boolean {
    const found = known.get(name);
    if (found === "being judged") throw new ImportProblem(`condition ${name} depends on itself`);
    if (found !== undefined) return found;
    const condition = member(section, name);
    if (condition === undefined) throw new ImportProblem(`there is no condition '${name}' in Conditions`);
    known.set(name, "being judged");
    const holds = at(`Conditions.${name}`, () => judge(condition));
    known.set(name, holds);
    return holds;
  }

  function judge(condition: Json): boolean {
    const [[operator = "", argument = null] = [], ...others] = isObject(condition)
      ? Object.entries(condition)
      : [];
    if (others.length > 0) throw new ImportProblem(`takes one function, got ${others.length + 1}`);
    switch (operator) {
      case "Condition":
        return named(text(argument));
      case "Fn::Equals": {
        const [left, right] = operands(argument).map((operand) => resolve(operand, scope));
        return same(left as Json, right as Json);
      }
      case "Fn::And":
        return operands(argument).every(judge);
      case "Fn::Or":
        return operands(argument).some(judge);
      case "Fn::Not":
        return !operands(argument).some(judge);
      default:
        throw new ImportProblem(
          `takes Condition, Fn::Equals, Fn::And, Fn::Or or Fn::Not, got ${operator || kindOf(condition)}`,
        );
    }
  }

  return named;
}

function operands(argument: Json): readonly Json[] {
  if (isList(argument)) return argument;
  throw new ImportProblem(`takes a list, got ${kindOf(argument)}`);
}

/** Numbers and texts compare as texts: what a parameter gives is always one. */
function same(left: Json, right: Json): boolean {
  if (isList(left) || isObject(left) || isList(right) || isObject(right))
    return JSON.stringify(left) === JSON.stringify(right);
  return String(left) === String(right);
}
