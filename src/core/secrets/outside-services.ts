/** How AWS's two services are asked for a secret (their API References, GetParameters and GetSecretValue), and answer. */

import { pickKey } from "./pick-value.ts";
import { outsideReference } from "./reference.ts";
import type { ResolvedSecret, SecretKind } from "./types.ts";

export interface OutsideService {
  /** As settings, signatures and AWS's hosts name it. */
  readonly name: "ssm" | "secretsmanager";
  /** As messages name it. */
  readonly title: string;
  readonly target: string;
  question(reference: string): object;
  /** What an answer with status 200 says; undefined where it says nothing that is known. */
  read(answer: unknown, reference: string): ResolvedSecret | undefined;
}

/** GetParameters, as CodeBuild asks: it is what policies that were written for CodeBuild allow. */
const PARAMETER_STORE: OutsideService = {
  name: "ssm",
  title: "AWS Systems Manager",
  target: "AmazonSSM.GetParameters",
  question: (name) => ({ Names: [name], WithDecryption: true }),
  read(answer, name) {
    const { Parameters: found } = answer as { readonly Parameters?: unknown };
    if (!Array.isArray(found)) return undefined;
    if (found.length === 0) return { refused: `parameter does not exist: ${name}` };
    const { Value: value } = (found[0] ?? {}) as { readonly Value?: unknown };
    return typeof value === "string" ? { value } : undefined;
  },
};

const SECRETS_MANAGER: OutsideService = {
  name: "secretsmanager",
  title: "AWS Secrets Manager",
  target: "secretsmanager.GetSecretValue",
  question(reference) {
    const { name: SecretId, stage, versionId } = outsideReference(reference);
    return {
      SecretId,
      ...(stage !== undefined && { VersionStage: stage }),
      ...(versionId !== undefined && { VersionId: versionId }),
    };
  },
  read(answer, reference) {
    const { SecretString: value } = answer as { readonly SecretString?: unknown };
    if (typeof value === "string") return pickKey(value, outsideReference(reference).jsonKey);
    return { refused: "InvalidRequestException: the secret holds bytes, and a variable takes text only" };
  },
};

export const SERVICES: Readonly<Record<SecretKind, OutsideService>> = {
  "parameter-store": PARAMETER_STORE,
  "secrets-manager": SECRETS_MANAGER,
};
