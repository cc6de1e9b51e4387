/** Rows of users and roles. Times are epoch milliseconds. Owned by core/access. */
export interface UserTables {
  user_account: UserRow;
  role: RoleRow;
}

export interface UserRow {
  account: string;
  name: string;
  /** `AIDA…`: of this user, and of none that has the name later. */
  id: string;
  access_key_id: string;
  /** Opens for this key only. */
  sealed_secret: string;
  /** In IAM's JSON. */
  policy: string;
  /** JSON object. */
  tags: string;
  /** 1 when the key opens nothing. */
  disabled: number;
  /** Counts the changes: what was read of an older one is read again. */
  version: number;
  created: number;
  updated: number;
}

export interface RoleRow {
  account: string;
  /** Of none of its account's else, whatever the path. */
  name: string;
  /** `/`, or `/service-role/`. */
  path: string;
  /** `AROA…`: of this role, and of none that has the name later. */
  id: string;
  policy: string;
  /** Who may take it. */
  trust: string;
  tags: string;
  version: number;
  created: number;
  updated: number;
}
