/** A second evaluator of policies, slow and straight from the JSON: regular expressions, no reading beforehand. */
type Json = Record<string, unknown>;
export type Keys = Readonly<Record<string, readonly string[]>>;

export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly keys: Keys;
}

export function naive(document: Json, asked: Asked): "allow" | "deny" | "none" {
  const variables = document.Version === "2012-10-17";
  const about = list(document.Statement as Json | Json[]).filter((statement) =>
    applies(statement, asked, variables),
  );
  if (about.some(({ Effect }) => Effect === "Deny")) return "deny";
  return about.length > 0 ? "allow" : "none";
}

function applies(statement: Json, { action, resource, keys }: Asked, variables: boolean): boolean {
  const fillFor = (text: string) => (variables ? fill(text, keys) : quote(text, true));
  const actions = list((statement.Action ?? statement.NotAction) as string | string[]);
  const isAction = actions.some((one) => new RegExp(`^${quote(one, true)}$`, "is").test(action));
  if (isAction === (statement.Action === undefined)) return false;

  const resources = list((statement.Resource ?? statement.NotResource) as string | string[]).map(fillFor);
  const unknown = resources.includes(undefined);
  const isResource = resources.some((one) => one !== undefined && new RegExp(`^${one}$`, "s").test(resource));
  if (statement.Resource !== undefined ? !isResource : isResource) return false;
  if (statement.Resource === undefined && unknown && statement.Effect === "Allow") return false;

  return Object.entries((statement.Condition ?? {}) as Record<string, Json>).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) =>
      holds(
        operator,
        keys[key.toLowerCase()],
        list(values as string | string[]).map(String),
        statement.Effect === "Deny",
        {
          fill: fillFor,
          exact: (text) => (variables ? fill(text, keys, false) : quote(text, false)),
        },
      ),
    ),
  );
}

interface Filling {
  readonly fill: (text: string) => string | undefined;
  readonly exact: (text: string) => string | undefined;
}

function holds(
  operator: string,
  has: readonly string[] | undefined,
  wanted: string[],
  deny: boolean,
  by: Filling,
) {
  if (operator === "Null") return wanted.includes(has === undefined ? "true" : "false");
  const ifExists = operator.endsWith("IfExists");
  const bare = operator.replace(/IfExists$/, "").replace(/^For(All|Any)Values?:/, "");
  const all = operator.startsWith("ForAllValues:");
  const any = operator.startsWith("ForAnyValue:");
  const not = bare.includes("Not");
  if (has === undefined) return ifExists || all || (!any && not);
  const one = (value: string) => {
    const met = wanted.map((text) => meets(bare.replace("Not", ""), value, text, by));
    if (met.includes(true)) return !not;
    return not && met.includes(undefined) ? deny : not;
  };
  return all || (!any && not) ? has.every(one) : has.some(one);
}

function meets(operator: string, value: string, wanted: string, by: Filling): boolean | undefined {
  const regex = (text: string | undefined, flags = "s") =>
    text === undefined ? undefined : new RegExp(`^${text}$`, flags).test(value);
  switch (operator) {
    case "StringEquals":
      return regex(by.exact(wanted));
    case "StringEqualsIgnoreCase":
      return regex(by.exact(wanted), "is");
    case "StringLike":
      return regex(by.fill(wanted));
    case "ArnLike":
    case "ArnEquals":
      return wanted === "*" || regex(arnRegex(by.fill(wanted)));
    case "NumericEquals":
      return number(value) === Number(wanted);
    case "NumericLessThan":
      return number(value) < Number(wanted);
    case "NumericGreaterThanEquals":
      return number(value) >= Number(wanted);
    case "Bool":
      return value === wanted;
    default:
      throw new Error(`the naive evaluator has no ${operator}`);
  }
}

function number(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Wildcards end at the first five colons. */
function arnRegex(regex: string | undefined): string | undefined {
  const parts = regex?.split(":") ?? [];
  const narrow = (part: string) => part.replaceAll(/(?<!\\)\./g, "[^:]");
  return regex && [...parts.slice(0, 5).map(narrow), parts.slice(5).join(":")].join(":");
}

/** As a regular expression; undefined where a variable has no value. */
function fill(text: string, keys: Keys, wildcards = true): string | undefined {
  let known = true;
  const filled = text.split(/(\$\{[^}]*\})/).map((part) => {
    if (!part.startsWith("${")) return quote(part, wildcards);
    const inside = part.slice(2, -1);
    if (["*", "?", "$"].includes(inside)) return quote(inside, false);
    const values = keys[inside.toLowerCase()];
    if (values?.length === 1) return quote(values[0] ?? "", false);
    known = false;
    return "";
  });
  return known ? filled.join("") : undefined;
}

function quote(text: string, wildcards: boolean): string {
  const quoted = text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return wildcards ? quoted.replaceAll("\\*", ".*").replaceAll("\\?", ".") : quoted;
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
