/** Policies in IAM's own JSON, read and checked once. */
import { namesRepeat } from "../../json-names.ts";
import { isObject, naming, readConditions, shown } from "./read-condition.ts";
import { readPrincipals } from "./read-principal.ts";
import { type Language, readTemplate, type Template, variablesOf } from "./template.ts";
import { type Effect, type Listed, type Policy, PolicyError, type Statement } from "./types.ts";
import { wildcardOf } from "./wildcard.ts";

/**
 * An identity's policy says what it may do to which resources; a trust policy, who may take a role. A session's policy
 * is an identity's, of IAM's smaller size.
 */
export type PolicyKind = keyof typeof LONGEST;

/** Characters without white space, as IAM counts them. */
const LONGEST = { identity: 10_240, trust: 4_096, session: 2_048 };

const VERSIONS = ["2008-10-17", "2012-10-17"];

/** @throws PolicyError that names the statement and the member */
export function readPolicy(text: string, kind: PolicyKind): Policy {
  const size = text.replace(/\s/g, "").length;
  if (size > LONGEST[kind])
    throw new PolicyError(
      `the policy has ${size} characters, and ${LONGEST[kind]} are the most for this kind`,
    );
  const document = parse(text);
  const { Version: version = "2008-10-17", Id: _, Statement: statement, ...unknown } = document;
  refuseUnknown(unknown, "the policy");
  if (typeof version !== "string" || !VERSIONS.includes(version))
    throw new PolicyError(`Version must be ${VERSIONS.join(" or ")}, got '${shown(version)}'`);
  const given = Array.isArray(statement) ? (statement as unknown[]) : [statement];
  if (statement === undefined || given.length === 0) throw new PolicyError("Statement must have a statement");
  const language = { variables: version === "2012-10-17" };
  const read = given.map((one, index) => readStatement(one, `Statement ${index + 1}`, kind, language));
  refuseRepeated(read.flatMap(({ sid }) => sid ?? []));
  return {
    statements: read.map(({ statement: one }) => one),
    asksForResourceTags: read.some(({ asksFor }) => asksFor.some(isResourceTag)),
  };
}

function isResourceTag(key: string): boolean {
  return /^[a-z0-9-]+:ResourceTag\//i.test(key);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new PolicyError(
      `the policy is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isObject(document))
    throw new PolicyError("the policy must be a JSON object with Version and Statement");
  // Of two members with one name a reader sees either.
  if (namesRepeat(text, document)) throw new PolicyError("an object of the policy has the same name twice");
  return document;
}

interface ReadStatement {
  readonly statement: Statement;
  readonly sid: string | undefined;
  readonly asksFor: readonly string[];
}

function readStatement(given: unknown, number: string, kind: PolicyKind, language: Language): ReadStatement {
  if (!isObject(given)) throw new PolicyError(`${number} must be an object`);
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Principal, Condition, ...unknown } = given;
  const sid = sidOf(Sid, number);
  const at = sid === undefined ? number : `${number} (${sid})`;
  refuseUnknown(unknown, at);
  const effect = effectOf(Effect, at);
  const { but, of, member } = oneOf({ Action, NotAction }, at);
  const actions = { but, of: of.map((text) => readAction(text, `${at}.${member}`)) };
  const resources = resourcesOf({ Resource, NotResource }, at, kind, language);
  const { conditions, asksFor } =
    Condition === undefined
      ? { conditions: [], asksFor: [] }
      : readConditions(Condition, `${at}.Condition`, language);
  const variables = resources.of.flatMap(variablesOf);
  const principals = principalsOf(Principal, at, kind);
  const statement = { effect, actions, resources, conditions, principals };
  return { statement, sid, asksFor: [...asksFor, ...variables] };
}

function principalsOf(given: unknown, at: string, kind: PolicyKind): Statement["principals"] {
  if (kind === "trust") return readPrincipals(given, `${at}.Principal`);
  if (given === undefined) return [];
  throw new PolicyError(`${at}.Principal must be left out: the policy is of whoever it is given to`);
}

/** What trust policies are about is the role that they belong to. */
function resourcesOf(
  members: { Resource: unknown; NotResource: unknown },
  at: string,
  kind: PolicyKind,
  language: Language,
): Listed<Template> {
  if (kind === "trust") {
    const given = Object.entries(members).find(([, value]) => value !== undefined);
    if (given !== undefined) throw new PolicyError(`${at}.${given[0]} must be left out of a trust policy`);
    return { but: true, of: [] };
  }
  const { but, of, member } = oneOf(members, at);
  return { but, of: of.map((text) => naming(`${at}.${member}`, () => readResource(text, language))) };
}

/** Exactly one of `Action` and `NotAction`, or of `Resource` and `NotResource`. */
function oneOf(members: Readonly<Record<string, unknown>>, at: string) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const [first] = given;
  if (first === undefined || given.length > 1)
    throw new PolicyError(`${at} must have one of ${Object.keys(members).join(" and ")}`);
  const [member, value] = first;
  return { member, but: member.startsWith("Not"), of: textsOf(value, `${at}.${member}`) };
}

function readAction(text: string, at: string) {
  if (text !== "*" && !/^[\w*?-]+:[\w*?-]+$/.test(text))
    throw new PolicyError(`${at}: '${text}' must be '*' or service:Action, as codepipeline:Get*`);
  return wildcardOf(text.toLowerCase(), true);
}

/** An ARN with fewer than six parts is completed with `*`, as IAM does. */
function readResource(text: string, language: Language): Template {
  if (!/^(\*+|arn:.*)$/s.test(text)) throw new PolicyError(`'${text}' must be '*' or an ARN`);
  const parts = text.replaceAll(/\$\{[^}]*\}/g, "").split(":").length;
  const complete = text.startsWith("arn:") ? text + ":*".repeat(Math.max(0, 6 - parts)) : text;
  return readTemplate(complete, language, true);
}

function effectOf(given: unknown, at: string): Effect {
  if (given === "Allow" || given === "Deny") return given;
  throw new PolicyError(`${at}.Effect must be Allow or Deny, got '${shown(given)}'`);
}

function sidOf(given: unknown, at: string): string | undefined {
  if (given === undefined || given === "") return undefined;
  if (typeof given === "string" && /^[A-Za-z0-9]+$/.test(given)) return given;
  throw new PolicyError(`${at}.Sid may have letters and digits only, got '${shown(given)}'`);
}

function refuseRepeated(sids: readonly string[]): void {
  const repeated = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (repeated !== undefined) throw new PolicyError(`Sid '${repeated}' is there twice`);
}

function refuseUnknown(unknown: Readonly<Record<string, unknown>>, where: string): void {
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw new PolicyError(`${where} has a member '${name}', which Millrace doesn't know`);
}

function textsOf(value: unknown, at: string): readonly string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.length === 0 || !list.every((one) => typeof one === "string"))
    throw new PolicyError(`${at} must be a text or a list of texts`);
  return list as string[];
}
