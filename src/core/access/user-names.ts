/** How users and roles are named, here and in AWS's ARNs. */
import type { UserRow } from "../store/tables/users.ts";

export function userArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:user/${name}`;
}

/** @param path `/`, or `/service-role/` */
export function roleArn(account: string, path: string, name: string): string {
  return `arn:aws:iam::${account}:role${path}${name}`;
}

export function sessionArn(account: string, role: string, session: string): string {
  return `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
}

export interface RoleParts {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}

/** A role's ARN in its parts. */
export function parseRoleArn(arn: string): RoleParts | undefined {
  const [, account, path, name] =
    /^arn:aws:iam::(\d{12}):role(\/(?:[!-.0-~]+\/)*)([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (account === undefined || path === undefined || name === undefined) return undefined;
  return { account, path, name };
}

/** A sealed secret that somebody copies to another row opens for nobody. */
export function secretContext({
  account,
  access_key_id,
}: Pick<UserRow, "account" | "access_key_id">): string {
  return `user key ${account}/${access_key_id}`;
}
