/** Partners' action types, read from the files that the operator's settings name (P8.2). */
import { readFile } from "node:fs/promises";
import type { Partner, PartnerClient } from "../core/partners.ts";
import { readPartnerDeclaration } from "../services/codepipeline/partner-declaration.ts";
import { declarations } from "../worker/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { ACCOUNT } from "./defaults.ts";
import type { PartnerSetting } from "./operator-settings.ts";

/** @throws ConfigurationError that names the setting and what is wrong in its file, and shows no token */
export function readPartners(settings: readonly PartnerSetting[]): Promise<Partner[]> {
  return Promise.all(settings.map(readPartner));
}

async function readPartner({ name, category, provider, version, file }: PartnerSetting): Promise<Partner> {
  const refuse = (why: string) => new ConfigurationError("settings", `the setting '${name}': ${file} ${why}`);
  const id = { category, owner: "ThirdParty", provider, version };
  if (declarations.some((type) => type.tier !== "none" && isSame(type.id, id)))
    throw new ConfigurationError("settings", `the setting '${name}' names a type that Millrace has itself`);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw refuse(`can't be read (${error.code ?? error.message})`);
  });
  const content = parse(text);
  if (content === undefined) throw refuse("must hold one JSON object");
  const { account = ACCOUNT, actionType, clients = [] } = content;
  if (typeof account !== "string" || !ACCOUNT_ID.test(account))
    throw refuse("must have an 'account' of 12 digits");
  if (typeof actionType !== "object" || actionType === null)
    throw refuse("must have an 'actionType', as UpdateActionType takes it, without its id");
  if (!Array.isArray(clients) || !clients.every(isClient))
    throw refuse(
      "must have 'clients', a list of {account, clientId, clientToken}: 12 digits, a UUID in lower case, a text",
    );
  const twice = clients.find(({ account: one }, at) => clients.findIndex((c) => c.account === one) !== at);
  if (twice !== undefined) throw refuse(`has two clients of account ${twice.account}`);
  try {
    return { account, declaration: readPartnerDeclaration({ ...actionType, id }), clients };
  } catch (error) {
    throw refuse(`is not an action type: ${error instanceof Error ? error.message : error}`);
  }
}

const ACCOUNT_ID = /^[0-9]{12}$/;
/** The model's pattern of a ClientId (api.md §2.2). */
const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isClient(value: unknown): value is PartnerClient {
  if (typeof value !== "object" || value === null) return false;
  const { account, clientId, clientToken } = value as Readonly<Record<string, unknown>>;
  const isText = (text: unknown) => typeof text === "string" && text !== "" && text.length <= 256;
  const isId = typeof clientId === "string" && CLIENT_ID.test(clientId);
  return typeof account === "string" && ACCOUNT_ID.test(account) && isId && isText(clientToken);
}

function isSame(a: Identity, b: Identity): boolean {
  return (["owner", "category", "provider", "version"] as const).every((member) => a[member] === b[member]);
}

type Identity = Readonly<Record<"owner" | "category" | "provider" | "version", string>>;
