/** The Principal of a trust policy. */
import { isObject, shown } from "./read-condition.ts";
import { PolicyError, type Principal } from "./types.ts";

/** Kinds of principals that IAM has; nobody calls from another identity provider here. */
const OTHERS = ["Federated", "CanonicalUser"];

/** @param at where it stands, for errors @throws PolicyError */
export function readPrincipals(given: unknown, at: string): readonly Principal[] {
  if (given === "*") return [{ kind: "everybody" }];
  if (!isObject(given) || Object.keys(given).length === 0)
    throw new PolicyError(`${at} must be "*" or {"AWS": …}: an account, or the ARN of a user or role`);
  return Object.entries(given).flatMap(([kind, value]) => {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    if (kind === "AWS") return texts.map((text) => readPrincipal(text, `${at}.AWS`));
    if (kind === "Service") return texts.map((text) => readService(text, `${at}.Service`));
    if (OTHERS.includes(kind)) return [];
    throw new PolicyError(
      `${at} has a member '${kind}', which is none of AWS, Service, ${OTHERS.join(", ")}`,
    );
  });
}

function readService(text: unknown, at: string): Principal {
  if (typeof text === "string" && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text))
    return { kind: "service", service: text };
  throw new PolicyError(`${at}: '${shown(text)}' is no service, as codebuild.amazonaws.com`);
}

function readPrincipal(text: unknown, at: string): Principal {
  if (text === "*") return { kind: "everybody" };
  const [, account] =
    /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(typeof text === "string" ? text : "") ?? [];
  if (account !== undefined) return { kind: "account", account };
  if (
    typeof text === "string" &&
    /^arn:aws:(iam::\d{12}:(user|role)|sts::\d{12}:assumed-role)\/[^*?]+$/.test(text)
  )
    return { kind: "arn", arn: text };
  throw new PolicyError(
    `${at}: '${shown(text)}' is no account and no ARN of a user or role; wildcards aren't taken`,
  );
}
