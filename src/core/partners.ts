/**
 * Action types of partners: the operator's configuration brings them into the server (P8.2), and UpdateActionType
 * changes them from then on. They count in every region.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { ActionTypeId } from "./engine/index.ts";
import {
  findPartnerUpdate,
  keepPartnerUpdate,
  partnerUpdates,
} from "./store/queries/partner-action-types.ts";
import type { Reader, Tx } from "./store/store.ts";

/** AWS's ActionTypeDeclaration. */
export interface PartnerDeclaration {
  readonly id: ActionTypeId;
  readonly description?: string;
  readonly executor: {
    readonly type: "JobWorker" | "Lambda";
    readonly configuration: {
      readonly lambdaExecutorConfiguration?: { readonly lambdaFunctionArn: string };
      readonly jobWorkerExecutorConfiguration?: {
        readonly pollingAccounts?: readonly string[];
        readonly pollingServicePrincipals?: readonly string[];
      };
    };
    readonly policyStatementsTemplate?: string;
    readonly jobTimeout?: number;
  };
  readonly inputArtifactDetails: { readonly minimumCount: number; readonly maximumCount: number };
  readonly outputArtifactDetails: { readonly minimumCount: number; readonly maximumCount: number };
  readonly permissions?: { readonly allowedAccounts: readonly string[] };
  readonly properties?: readonly {
    readonly name: string;
    readonly optional: boolean;
    readonly key: boolean;
    readonly noEcho: boolean;
    readonly queryable?: boolean;
    readonly description?: string;
  }[];
  readonly urls?: {
    readonly configurationUrl?: string;
    readonly entityUrlTemplate?: string;
    readonly executionUrlTemplate?: string;
    readonly revisionUrlTemplate?: string;
  };
}

/** The pair by which a customer's jobs are told apart; the token is the customer's word for the partner to give back. */
export interface PartnerClient {
  /** The customer's. */
  readonly account: string;
  readonly clientId: string;
  readonly clientToken: string;
}

export interface Partner {
  /** The partner's own: it sees and updates the type, and polls for its jobs. */
  readonly account: string;
  readonly declaration: PartnerDeclaration;
  readonly clients: readonly PartnerClient[];
}

export interface Partners {
  /** Whether the type is a partner's, whoever may use it. */
  has(type: ActionTypeId): boolean;
  /** A partner's type as it is now. */
  find(db: Reader, type: ActionTypeId): Promise<Partner | undefined>;
  /** Those that pipelines of the account may use, now. */
  usableBy(db: Reader, account: string): Promise<readonly Partner[]>;
  /** Replaces the declaration of a type that is there. */
  update(tx: Tx, declaration: PartnerDeclaration, at: number): Promise<void>;
}

export function createPartners(configured: readonly Partner[]): Partners {
  const byKey = new Map(configured.map((partner) => [keyOf(partner.declaration.id), partner]));

  function known(type: ActionTypeId): Partner | undefined {
    return type.owner === "ThirdParty" ? byKey.get(keyOf(type)) : undefined;
  }

  return {
    has: (type) => known(type) !== undefined,
    async find(db, type) {
      const partner = known(type);
      return partner && updated(partner, await findPartnerUpdate(db, type));
    },
    async usableBy(db, account) {
      if (configured.length === 0) return [];
      const updates = new Map((await partnerUpdates(db)).map((update) => [keyOf(update), update]));
      return configured
        .map((partner) => updated(partner, updates.get(keyOf(partner.declaration.id))))
        .filter((partner) => mayUse(partner, account));
    },
    async update(tx, declaration, at) {
      const partner = known(declaration.id);
      if (partner === undefined) throw new Error(`${keyOf(declaration.id)} is no partner's action type`);
      const { category, provider, version } = declaration.id;
      await keepPartnerUpdate(tx, {
        category,
        provider,
        version,
        configured: digestOf(partner.declaration),
        declaration: JSON.stringify(declaration),
        updated: at,
      });
    },
  };
}

/** The partner's own account, and those that it allows. */
export function mayUse({ account: own, declaration }: Partner, account: string): boolean {
  const allowed = declaration.permissions?.allowedAccounts ?? [];
  return account === own || allowed.includes(account) || allowed.includes("*");
}

/** The partner's own account, and those whose workers poll in its name. */
export function mayPoll({ account: own, declaration }: Partner, account: string): boolean {
  const polling = declaration.executor.configuration.jobWorkerExecutorConfiguration?.pollingAccounts ?? [];
  return account === own || polling.includes(account);
}

/** Whether a token is the one of the customer's client; takes the same time wherever the two differ. */
export function isClientToken({ clients }: Partner, account: string, given: string): boolean {
  const client = clients.find((one) => one.account === account);
  const digest = (text: string) => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(given), digest(client?.clientToken ?? "")) && client !== undefined;
}

/** An update counts until the operator changes the configuration that it was made on. */
function updated(
  partner: Partner,
  update: { readonly configured: string; readonly declaration: string } | undefined,
): Partner {
  if (update?.configured !== digestOf(partner.declaration)) return partner;
  return { ...partner, declaration: JSON.parse(update.declaration) as PartnerDeclaration };
}

function digestOf(declaration: PartnerDeclaration): string {
  return hash("sha256", JSON.stringify(declaration), "base64url");
}

function keyOf(type: Pick<ActionTypeId, "category" | "provider" | "version">): string {
  return `${type.category}/${type.provider}/${type.version}`;
}
