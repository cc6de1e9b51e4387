/** Works out the functions in a value of a template. */
import { isList, isObject, type Json } from "../json.ts";
import { at, ImportProblem } from "../problem.ts";
import { functions } from "./functions.ts";
import { NO_VALUE, type Resolved, type Scope } from "./scope.ts";

/** @throws ImportProblem that names the place in the template */
export function resolve(value: Json, scope: Scope): Resolved {
  if (isList(value)) {
    return value
      .map((element, index) => at(`[${index}]`, () => resolve(element, scope)))
      .filter((element) => element !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const call = callOf(value);
  if (call !== undefined) return at(call.name, () => call.run(scope));
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, at(key, () => resolve(entry, scope))] as const,
  );
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== NO_VALUE));
}

function callOf(value: Readonly<Record<string, Json>>) {
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (name === undefined || argument === undefined || others.length > 0) return undefined;
  const known = functions[name];
  if (known !== undefined) return { name, run: (scope: Scope) => known(argument, scope, resolve) };
  if (!name.startsWith("Fn::")) return undefined;
  return {
    name,
    run: (): Resolved => {
      throw new ImportProblem(
        `the function isn't supported; ${Object.keys(functions).join(", ")} are. Give the template with its value in place`,
      );
    },
  };
}
