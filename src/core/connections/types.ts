/** Connections to git hosts (S7), as services and sources see them. */
import type { Scope } from "../scope.ts";

/** The service has two names; both see the same connections (S7.1). */
export type ServiceName = "codestar-connections" | "codeconnections";

export type ProviderType =
  | "Bitbucket"
  | "GitHub"
  | "GitHubEnterpriseServer"
  | "GitLab"
  | "GitLabSelfManaged"
  /** Forgejo, too. */
  | "Gitea"
  /** Any server of git's smart HTTP. */
  | "Git";

export interface Connection {
  readonly scope: Scope;
  /** UUID. */
  readonly id: string;
  /** As it was called by its maker, and is answered. */
  readonly arn: string;
  readonly name: string;
  readonly providerType: ProviderType;
  readonly hostArn?: string;
  readonly status: ConnectionStatus;
}

/** PENDING until it was completed; ERROR when its token was refused later (S7.2). */
export type ConnectionStatus = "PENDING" | "AVAILABLE" | "ERROR";

export interface Host {
  readonly scope: Scope;
  /** `<name>-<8 hex>` */
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly providerType: ProviderType;
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** As it was given: kept and unused. */
  readonly vpc?: object;
  /** PENDING until somebody has seen that it answers. */
  readonly status: "PENDING" | "AVAILABLE";
}

/** What opens a host's repositories: whoever has it may do what it may. */
export interface Credential {
  readonly token: string;
  /** Whose token it is, where the host asks for a user besides. */
  readonly user?: string;
}

/** An available connection, its token in clear. */
export interface OpenedConnection extends Connection {
  readonly credential: Credential;
  /** Of its host; absent for the providers that have one place. */
  readonly endpoint?: string;
}

/** A repository, and what git shows its host. */
export interface RepositoryAccess {
  readonly connectionArn: string;
  readonly providerType: ProviderType;
  /** Without credentials. */
  readonly cloneUrl: string;
  readonly username: string;
  readonly password: string;
  /** What of these must not be shown. */
  readonly secret: string;
  /** What may be reached besides the public internet, as the operator wrote it (S9.4). */
  readonly allowOutgoing: readonly string[];
  /** What the pages of its commits begin with; absent where the host has none. */
  readonly commitPages?: string;
}

/** A connection's token from the operator's file: its connection is AVAILABLE when it is made (S7.2). */
export interface Preset {
  /** Of the connection. */
  readonly name: string;
  readonly providerType: ProviderType;
  /** Of the host, for the providers that need one: no other host gets the token. */
  readonly endpoint?: string;
  readonly credential: Credential;
}

/** What has become of a commit: `stopped` by somebody, or by a newer one. */
export type CommitState = "running" | "good" | "bad" | "stopped";

/** What a git host shows beside a commit (S7.11). */
export interface TellableStatus {
  /** Its whole id. */
  readonly commit: string;
  readonly state: CommitState;
  /** Who says so: a newer status of the same context takes an older one's place. */
  readonly context: string;
  /** The page that tells more. */
  readonly url: string;
  readonly description: string;
}

/** `told`: or there is nobody to tell. `refused`: for good. `failed`: another try may do better. */
export type Told =
  | { readonly kind: "told" }
  | { readonly kind: "refused"; readonly reason: string; readonly badToken: boolean }
  | { readonly kind: "failed"; readonly reason: string };

export class ConnectionError extends Error {
  /** `refused`: by the provider, which doesn't take the token. */
  readonly reason: "notFound" | "tooMany" | "unavailable" | "invalid" | "refused";

  constructor(reason: ConnectionError["reason"], message: string) {
    super(message);
    this.name = "ConnectionError";
    this.reason = reason;
  }
}

export interface NewConnection {
  /** A UUID, where it is decided already. */
  readonly id?: string;
  readonly service: ServiceName;
  readonly name: string;
  readonly providerType: ProviderType | undefined;
  readonly hostArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface NewHost {
  readonly service: ServiceName;
  readonly name: string;
  readonly providerType: ProviderType;
  readonly endpoint: string;
  readonly vpc: object | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every method throws a ConnectionError whose message says what to do. */
export interface Connections {
  create(scope: Scope, wanted: NewConnection): Promise<Connection>;
  /** Judges as `create` would, and keeps nothing. */
  check(scope: Scope, wanted: NewConnection): Promise<void>;
  /** @param arn in either spelling */
  get(scope: Scope, arn: string): Promise<Connection>;
  /** Those of the scope by id, after `after`, up to `limit`. */
  list(scope: Scope, filter: ConnectionFilter, after: string, limit: number): Promise<readonly Connection[]>;
  delete(scope: Scope, arn: string): Promise<void>;
  createHost(scope: Scope, wanted: NewHost): Promise<Host>;
  getHost(scope: Scope, arn: string): Promise<Host>;
  listHosts(scope: Scope, after: string, limit: number): Promise<readonly Host[]>;
  /**
   * Another endpoint must be completed again, and so must the connections on it: no token goes to a place that it
   * wasn't given for.
   */
  updateHost(scope: Scope, arn: string, change: { endpoint?: string; vpc?: object }): Promise<void>;
  /** @throws ConnectionError `unavailable` while it has connections */
  deleteHost(scope: Scope, arn: string): Promise<void>;
  /**
   * Changes the tags of a connection or host, all of them or none.
   * @param change what its tags are afterwards, from what they are
   */
  tag(scope: Scope, arn: string, change: TagChange): Promise<void>;
  /**
   * Where a repository is, and what opens it. The message of a ConnectionError is what a source action fails with.
   *
   * @param arn of a connection of the account, in any region and either spelling
   */
  repository(account: string, arn: string, fullRepositoryId: string): Promise<RepositoryAccess>;
  /**
   * Tells a commit's host what a pipeline does with it (S7.11).
   * @param arn as for `repository`, whose ConnectionErrors stand in the answer here
   */
  tellStatus(
    account: string,
    arn: string,
    fullRepositoryId: string,
    status: TellableStatus,
    signal: AbortSignal,
  ): Promise<Told>;
  /** Somebody was refused with the connection's token: where the provider says so too, it is ERROR (S7.2). */
  doubt(account: string, arn: string): Promise<void>;
  /** By key. */
  tags(scope: Scope, arn: string): Promise<Readonly<Record<string, string>>>;
}

export interface ConnectionFilter {
  readonly providerType?: ProviderType | undefined;
  readonly hostArn?: string | undefined;
}

export interface TagChange {
  readonly put?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** What an administrator does to make connections and hosts AVAILABLE (S7.2). */
export interface Completion {
  /** Keeps what opens the host, once the host knows it. @returns who it says that is, where it can say so */
  complete(scope: Scope, arn: string, credential: Credential): Promise<string | undefined>;
  /** Sees that the host answers. */
  completeHost(scope: Scope, arn: string): Promise<void>;
}
