/** How users and roles are named, here and in AWS's ARNs. */
import type { UserRow } from "../store/tables/users.ts";

export function userArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:user/${name}`;
}

export function roleArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

export function sessionArn(account: string, role: string, session: string): string {
  return `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
}

/** A role's ARN in its parts; paths aren't known here. */
export function parseRoleArn(arn: string): { account: string; name: string } | undefined {
  const [, account, name] = /^arn:aws:iam::(\d{12}):role\/([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  return account === undefined || name === undefined ? undefined : { account, name };
}

/** A sealed secret that somebody copies to another row opens for nobody. */
export function secretContext({
  account,
  access_key_id,
}: Pick<UserRow, "account" | "access_key_id">): string {
  return `user key ${account}/${access_key_id}`;
}
