import type { Scope } from "../scope.ts";
import type { SecretKind } from "./types.ts";

/** What a build asks for. A version id without a stage means whatever stage that version has. */
export interface SecretReference {
  readonly name: string;
  /** Of a JSON object that the secret's value is. */
  readonly jsonKey?: string;
  readonly stage?: string;
  readonly versionId?: string;
}

/**
 * Reads the forms of P3.5 and P3.9. An ARN's own six colons belong to the secret's id; parts that are left empty are as
 * if left out.
 *
 * @returns undefined for an ARN of another account, region or service: nothing that this store could have
 */
export function readReference(kind: SecretKind, text: string, scope: Scope): SecretReference | undefined {
  switch (kind) {
    case "parameter-store":
      return parameter(text, scope);
    case "secrets-manager":
      return secret(text, scope);
  }
}

/** A parameter below a path has the path's leading `/` in its name, which its ARN has not. */
function parameter(text: string, { account, region }: Scope): SecretReference | undefined {
  if (!text.startsWith("arn:")) return { name: text };
  const prefix = `arn:aws:ssm:${region}:${account}:parameter/`;
  if (!text.startsWith(prefix)) return undefined;
  const name = text.slice(prefix.length);
  return { name: name.includes("/") ? `/${name}` : name };
}

function secret(text: string, { account, region }: Scope): SecretReference | undefined {
  if (!text.startsWith("arn:")) return versioned(text);
  const prefix = `arn:aws:secretsmanager:${region}:${account}:secret:`;
  if (!text.startsWith(prefix)) return undefined;
  const reference = versioned(text.slice(prefix.length));
  return { ...reference, name: reference.name.replace(/-[A-Za-z0-9]{6}$/, "") };
}

/** As Secrets Manager itself takes it: an ARN stays whole, whosever it is. */
export function outsideReference(text: string): SecretReference {
  const [arn] = /^arn:(?:[^:]*:){5}[^:]*/.exec(text) ?? [];
  return arn === undefined ? versioned(text) : { ...versioned(text.slice(arn.length)), name: arn };
}

function versioned(text: string): SecretReference {
  const [name = "", jsonKey, stage, versionId] = text.split(":");
  return {
    name,
    ...(jsonKey && { jsonKey }),
    ...(stage && { stage }),
    ...(versionId && { versionId }),
  };
}
