import { isList, isObject, type Json } from "../json.ts";
import { ImportProblem } from "../problem.ts";
import type { Secrets } from "../secrets.ts";

/**
 * `{{resolve:secretsmanager:…}}` and `{{resolve:ssm…:…}}`, put in from `--secrets`: no server gives secrets out, so the
 * caller has to bring them. They are hidden wherever something is printed.
 *
 * @param values by what stands between `resolve:` and the braces, whole or without what is empty at its end
 * @throws ImportProblem for one that has no value
 */
export function putSecrets(value: Json, values: Readonly<Record<string, string>>, secrets: Secrets): Json {
  if (typeof value === "string") {
    return value.replace(/\{\{resolve:([^{}]+)\}\}/g, (_, reference: string) => {
      const short = shortName(reference);
      const name = [reference, short].find((candidate) => Object.hasOwn(values, candidate));
      const found = name === undefined ? undefined : values[name];
      if (found === undefined)
        throw new ImportProblem(
          `{{resolve:${reference}}} has no value: give --secrets FILE, a JSON object with a member "${short}"`,
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

/** `secretsmanager:token:SecretString:::`, as the CDK writes it, → `secretsmanager:token` */
function shortName(reference: string): string {
  return reference.replace(/(:SecretString)?:*$/, "");
}
