/** The `Parameters` of a template, with the values that the caller gave. */
import { isList, isObject, type Json, type JsonObject, kindOf, member } from "../json.ts";
import { at, ImportProblem } from "../problem.ts";
import type { Secrets } from "../secrets.ts";

export interface GivenParameters {
  /** `--parameter`. */
  readonly values: Readonly<Record<string, string>>;
  /** `--secrets`: these may also be given for parameters. */
  readonly secretValues: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
}

/** @returns values by name; those without one are absent @throws ImportProblem for a value that isn't allowed */
export function readParameters(section: JsonObject, given: GivenParameters): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  for (const [name, declared] of Object.entries(section)) {
    if (!isObject(declared))
      throw new ImportProblem(`Parameters.${name}: takes an object, got ${kindOf(declared)}`);
    const value = at(`Parameters.${name}`, () => parameterValue(name, declared, given));
    if (value === undefined) continue;
    if (String(member(declared, "NoEcho")).toLowerCase() === "true" && typeof value === "string")
      given.secrets.add(value);
    values.set(name, value);
  }
  return values;
}

function parameterValue(name: string, declared: JsonObject, given: GivenParameters): Json | undefined {
  const type = String(member(declared, "Type") ?? "String");
  const chosen = own(given.values, name) ?? own(given.secretValues, name);
  if (type.startsWith("AWS::SSM::Parameter::Value<")) {
    // The default is a parameter's name in Parameter Store, which isn't asked: only a given value counts.
    if (chosen === undefined) return bootstrapVersion(member(declared, "Default"));
    return type.includes("List") ? chosen.split(",") : chosen;
  }
  const fallback = member(declared, "Default");
  const value = chosen ?? fallback;
  if (value === undefined) return undefined;
  checkAllowed(declared, String(value), chosen !== undefined);
  return /List/.test(type) ? splitList(String(value)) : String(value);
}

/** What `cdk bootstrap` keeps in every account that the CDK deploys to: no template works with an older one. */
function bootstrapVersion(parameter: Json | undefined): string | undefined {
  return /^\/cdk-bootstrap\/[^/]+\/version$/.test(String(parameter)) ? "999" : undefined;
}

function splitList(value: string): string[] {
  return value === "" ? [] : value.split(",").map((element) => element.trim());
}

function checkAllowed(declared: JsonObject, value: string, isGiven: boolean): void {
  // The value itself isn't said: it may be a secret.
  const allowed = member(declared, "AllowedValues");
  const origin = isGiven ? "the value given" : "the default";
  if (isList(allowed) && !allowed.map(String).includes(value))
    throw new ImportProblem(`${origin} is not one of AllowedValues: ${allowed.join(", ")}`);
  const pattern = member(declared, "AllowedPattern");
  if (typeof pattern === "string" && !matches(pattern, value))
    throw new ImportProblem(`${origin} does not match AllowedPattern ${pattern}`);
  const length = [...value].length;
  const shortest = Number(member(declared, "MinLength") ?? 0);
  const longest = Number(member(declared, "MaxLength") ?? Number.POSITIVE_INFINITY);
  if (length < shortest || length > longest)
    throw new ImportProblem(`${origin} has ${length} characters; ${shortest} to ${longest} are allowed`);
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    throw new ImportProblem(`AllowedPattern ${pattern} is no regular expression`);
  }
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
