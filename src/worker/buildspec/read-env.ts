import type { Buildspec } from "./buildspec.ts";
import type { Fields } from "./fields.ts";
import type { At } from "./node.ts";
import type { Problems } from "./problems.ts";

type Environment = Pick<
  Buildspec,
  "shell" | "variables" | "parameterStore" | "secretsManager" | "exportedVariables" | "gitCredentialHelper"
>;

const SHELLS = new Map<string, Buildspec["shell"]>([
  ["bash", "bash"],
  ["/bin/sh", "/bin/sh"],
  ["sh", "/bin/sh"],
]);
const WINDOWS_SHELLS = new Set(["powershell.exe", "cmd.exe"]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `env`: variables, secrets, shell (P3.5). */
export function readEnvironment(env: Fields | undefined, problems: Problems): Environment {
  const environment: Environment = {
    shell: readShell(env, problems),
    variables: namedTexts(env, "variables", problems),
    parameterStore: namedTexts(env, "parameter-store", problems),
    secretsManager: namedTexts(env, "secrets-manager", problems),
    exportedVariables: (env?.placedTexts("exported-variables") ?? []).flatMap(({ text, at }) =>
      isName(text, at, problems) ? [text] : [],
    ),
    gitCredentialHelper: env?.yes("git-credential-helper") ?? false,
  };
  env?.warnOfUnknown();
  return environment;
}

function readShell(env: Fields | undefined, problems: Problems): Buildspec["shell"] {
  const given = env?.text("shell");
  if (given === undefined) return "/bin/sh";
  const shell = SHELLS.get(given.text);
  if (shell !== undefined) return shell;
  if (WINDOWS_SHELLS.has(given.text)) {
    problems.error(given.at, `shell ${given.text} is not available on Linux workers`);
  } else {
    problems.error(given.at, `env.shell: '${given.text}' is not one of bash, /bin/sh, sh`);
  }
  return "/bin/sh";
}

function namedTexts(env: Fields | undefined, key: string, problems: Problems): ReadonlyMap<string, string> {
  const found = env?.namedTexts(key) ?? [];
  return new Map(
    found.flatMap(({ name, nameAt, text }) =>
      isName(name, nameAt, problems) ? [[name, text] as const] : [],
    ),
  );
}

function isName(name: string, at: At, problems: Problems): boolean {
  if (NAME.test(name)) return true;
  problems.error(at, `env: '${name}' is not a valid variable name`);
  return false;
}
