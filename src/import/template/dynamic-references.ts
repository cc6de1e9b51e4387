import { isList, isObject, type Json } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import type { Secrets } from "../secrets.ts";

/**
 * `{{resolve:secretsmanager:…}}` and `{{resolve:ssm…:…}}`, put in from `--secrets`: no server gives secrets out, so the
 * caller has to bring them. They are hidden wherever something is printed.
 *
 * @param values by what stands between `resolve:` and the braces
 * @throws ImportProblem for one that has no value
 */
export function putSecrets(value: Json, values: Readonly<Record<string, string>>, secrets: Secrets): Json {
  if (typeof value === "string") {
    return value.replace(/\{\{resolve:([^{}]+)\}\}/g, (_, reference: string) => {
      const found = Object.hasOwn(values, reference) ? values[reference] : undefined;
      if (found === undefined)
        throw new ImportProblem(
          `{{resolve:${reference}}} has no value: give --secrets FILE, a JSON object with a member "${reference}"`,
        );
      secrets.add(found);
      return found;
    });
  }
  if (isList(value)) return value.map((element) => putSecrets(element, values, secrets));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, putSecrets(entry, values, secrets)]),
  );
}
