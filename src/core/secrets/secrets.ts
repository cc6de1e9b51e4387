import type { Access } from "../access/types.ts";
import type { Ambient, Scope } from "../scope.ts";
import {
  changeSecret,
  deleteSecretRows,
  findSecret,
  findVersions,
  listSecretRows,
  listVersionRows,
  putVersion,
  takeSecret,
} from "../store/secrets.ts";
import type { Store } from "../store/store.ts";
import type { SecretRow } from "../store/tables/secrets.ts";
import { checkAllowed, checkName, checkValue } from "./check.ts";
import type { OutsideSecrets } from "./outside.ts";
import { pickKey, pickVersion } from "./pick-value.ts";
import { readReference } from "./reference.ts";
import type { SecretKind, SecretReader, Secrets, Stage } from "./types.ts";

export interface SecretsRoom {
  readonly store: Store;
  readonly ambient: Ambient;
  /** What values are sealed with: the installation's secret. */
  readonly access: Pick<Access, "seal" | "unseal">;
  /** Who is asked for what isn't in the store; absent: nobody. */
  readonly outside?: OutsideSecrets;
}

/** Secrets in the store, each value sealed for its own place there. */
export function createSecrets({ store, ambient, access, outside }: SecretsRoom): Secrets {
  return {
    async set(scope, name, value, allowed) {
      checkName(name);
      checkValue(value);
      if (allowed !== undefined) checkAllowed(allowed);
      const now = ambient.now();
      const id = ambient.newId();
      const { account, region } = scope;
      const sealed = access.seal(value, contextOf(scope, name, id));
      await store.transaction(async (tx) => {
        const fresh = { account, region, name, allowed: null, created: now, updated: now };
        const kept = await takeSecret(tx, fresh);
        const readers = allowed === undefined ? kept.allowed : JSON.stringify(allowed);
        await changeSecret(tx, kept, { allowed: readers, updated: now });
        const before = (await findVersions(tx, scope, name)).find(({ stage }) => stage === CURRENT);
        if (before !== undefined) await putVersion(tx, { ...before, stage: PREVIOUS });
        await putVersion(tx, { account, region, name, stage: CURRENT, id, created: now, sealed });
      });
    },

    async list(scope) {
      const versions = Map.groupBy(await listVersionRows(store.read, scope), ({ name }) => name);
      return (await listSecretRows(store.read, scope)).map((row) => ({
        name: row.name,
        allowed: allowedBy(row),
        versions: (versions.get(row.name) ?? []).map(({ stage, id, created }) => ({ stage, id, created })),
      }));
    },

    remove: (scope, name) => store.transaction((tx) => deleteSecretRows(tx, scope, name)),

    async resolve(scope, reader, kind, text) {
      const reference = readReference(kind, text, scope);
      const secret = reference && (await findSecret(store.read, scope, reference.name));
      if (reference === undefined || secret === undefined)
        return (await outside?.resolve(scope, kind, text)) ?? { refused: notFound(kind, text) };
      if (!mayRead(secret, reader)) return { refused: denied(reference.name, reader) };
      const version = pickVersion(await findVersions(store.read, scope, reference.name), reference);
      if ("refused" in version) return version;
      const value = access.unseal(version.sealed, contextOf(scope, reference.name, version.id));
      if (value === undefined) return { refused: sealedElsewhere(reference.name) };
      return pickKey(value, reference.jsonKey);
    },
  };
}

const CURRENT: Stage = "AWSCURRENT";
const PREVIOUS: Stage = "AWSPREVIOUS";

/** A sealed value that somebody copies to another row opens for nobody. */
function contextOf({ account, region }: Scope, name: string, versionId: string): string {
  return `secret ${account}/${region}/${versionId}/${name}`;
}

function allowedBy({ allowed }: SecretRow): readonly string[] | undefined {
  return allowed === null ? undefined : (JSON.parse(allowed) as readonly string[]);
}

/** P3.11. */
function mayRead(secret: SecretRow, { pipeline, project }: SecretReader): boolean {
  const allowed = allowedBy(secret);
  if (allowed === undefined || allowed.includes(`pipeline:${pipeline}`)) return true;
  return project !== undefined && allowed.includes(`project:${project}`);
}

/** P3.10. */
function notFound(kind: SecretKind, reference: string): string {
  switch (kind) {
    case "parameter-store":
      return `parameter does not exist: ${reference}`;
    case "secrets-manager":
      return "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
  }
}

function denied(name: string, { pipeline, project }: SecretReader): string {
  const reader =
    project === undefined ? `pipeline ${pipeline}` : `project ${project} of pipeline ${pipeline}`;
  return `AccessDeniedException: secret ${name} does not allow ${reader}`;
}

function sealedElsewhere(name: string): string {
  return `AccessDeniedException: secret ${name} was sealed with another key than this server's; set it again`;
}
