/** Settings of the server by name (P0.6): the command line goes before the environment, that before the file. */
import { isSecretSetting, isSettingVariable, settingVariable } from "../server/operator-settings.ts";
import { UsageError } from "./options.ts";
import { readTexts } from "./texts-file.ts";

/**
 * @param set `<name>=<value>` each
 * @param configFile a file that holds a JSON object, from names to values
 * @returns what createServer takes; names and values are checked there
 * @throws UsageError that shows no value: they may be secret
 */
export async function readSettings(
  set: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  configFile: string | undefined,
): Promise<Record<string, string>> {
  const ofFile = configFile === undefined ? {} : await readTexts("config", configFile);
  const variables = Object.entries(environment).flatMap(([variable, value]) =>
    isSettingVariable(variable) && value ? [[variable, value] as const] : [],
  );
  const taken = new Set(variables.map(([variable]) => variable));
  return {
    ...Object.fromEntries(Object.entries(ofFile).filter(([name]) => !taken.has(settingVariable(name)))),
    ...Object.fromEntries(variables),
    ...Object.fromEntries(set.map(readAssignment)),
  };
}

function readAssignment(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError("--set takes <name>=<value>");
  const name = text.slice(0, at);
  const value = text.slice(at + 1);
  if (isSecretSetting(name, value))
    throw new UsageError(
      `'${name}' is secret, and command lines can be read by others: give it by ${settingVariable(name)} or --config`,
    );
  return [name, value];
}
