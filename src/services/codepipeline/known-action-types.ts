/** The action types that exist for a caller: the server's built-in ones, partners', and the custom ones of the scope. */
import type { ActionType } from "@aws-sdk/client-codepipeline";
import type { BuiltInActionType, Catalogue } from "../../core/catalogue.ts";
import type { ActionTypeId } from "../../core/engine/index.ts";
import type { Partner } from "../../core/partners.ts";
import { customActionTypes } from "../../core/store/queries/action-types.ts";
import type { ActionTypeRow } from "../../core/store/tables/pipelines.ts";
import type { Call } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";

export type CustomActionType = Checked<ActionType>;

export interface KnownActionType {
  readonly id: ActionTypeId;
  readonly v2Only: boolean;
  readonly inputs: Counts;
  readonly outputs: Counts;
  readonly properties: readonly KnownProperty[];
  /** What keeps the type from being used with a configuration on this server, but for tools (P0.6 to P0.8). */
  missing(configuration: Readonly<Record<string, string>>): readonly string[];
  /** What a worker must have to do its jobs (P0.9). */
  readonly tools: readonly string[];
  readonly timeoutMinutes: number;
  readonly urls: Urls;
}

export interface KnownProperty {
  readonly name: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly queryable: boolean;
  /** Values that are taken, in any case; absent: any. */
  readonly allowed?: readonly string[];
}

interface Counts {
  readonly minimum: number;
  readonly maximum: number;
}

export interface Urls {
  readonly entityUrlTemplate?: string;
  readonly executionUrlTemplate?: string;
  readonly revisionUrlTemplate?: string;
}

export interface KnownActionTypes {
  find(id: ActionTypeId): KnownActionType | undefined;
}

/** Custom and third-party actions have 24 hours (E10). */
const CUSTOM_TIMEOUT_MINUTES = 24 * 60;

/**
 * @param deleted whether custom types that were deleted count too: running executions may still show them
 * @param planned custom types that count as if they were there
 */
export async function knownActionTypes(
  call: Call,
  deleted: "without deleted" | "with deleted",
  planned: readonly CustomActionType[] = [],
): Promise<KnownActionTypes> {
  const rows = await customActionTypes(call.core.store.read, call.scope);
  const present = rows.filter((row) => deleted === "with deleted" || row.deleted === 0).map(parseCustomType);
  const custom = new Map(
    [...present, ...planned].map(fromCustom).map((type) => [keyOf(type.id), type] as const),
  );
  const partners = new Map(
    (await call.core.catalogue.partners.usableBy(call.core.store.read, call.scope.account))
      .map((partner) => fromPartner(partner, call.scope.account))
      .map((type) => [keyOf(type.id), type]),
  );
  return {
    find(id) {
      if (id.owner === "Custom") return custom.get(keyOf(id));
      if (call.core.catalogue.partners.has(id)) return partners.get(keyOf(id));
      const builtIn = call.core.catalogue.find(id);
      return builtIn && fromBuiltIn(builtIn, call.core.catalogue);
    },
  };
}

/** A custom type as the store keeps it. */
export function parseCustomType(row: Pick<ActionTypeRow, "definition">): CustomActionType {
  return JSON.parse(row.definition) as CustomActionType;
}

export function fromCustom(type: CustomActionType): KnownActionType {
  return {
    id: type.id,
    v2Only: false,
    inputs: countsOf(type.inputArtifactDetails),
    outputs: countsOf(type.outputArtifactDetails),
    properties: (type.actionConfigurationProperties ?? []).map((property) => ({
      name: property.name,
      required: property.required,
      secret: property.secret,
      queryable: property.queryable ?? false,
    })),
    missing: () => [],
    tools: [],
    timeoutMinutes: CUSTOM_TIMEOUT_MINUTES,
    urls: type.settings ?? {},
  };
}

/** A partner's type, for a customer's account. */
export function fromPartner({ declaration, clients }: Partner, account: string): KnownActionType {
  const { id, executor } = declaration;
  const setting = `partners.${id.category}.${id.provider}.${id.version}`;
  return {
    id,
    v2Only: false,
    inputs: countsOf(declaration.inputArtifactDetails),
    outputs: countsOf(declaration.outputArtifactDetails),
    properties: (declaration.properties ?? []).map((property) => ({
      name: property.name,
      required: !property.optional,
      secret: property.noEcho,
      queryable: property.queryable ?? false,
    })),
    missing: () => [
      ...(executor.type === "Lambda" ? ["an implementation of Lambda executors (not in this version)"] : []),
      ...(clients.some((client) => client.account === account)
        ? []
        : [`a client of account ${account} in the setting ${setting}`]),
    ],
    tools: [],
    timeoutMinutes: CUSTOM_TIMEOUT_MINUTES,
    urls: declaration.urls ?? {},
  };
}

export function fromBuiltIn(type: BuiltInActionType, catalogue: Pick<Catalogue, "missing">): KnownActionType {
  return {
    id: type.id,
    v2Only: type.v2Only ?? false,
    inputs: type.inputs,
    outputs: type.outputs,
    properties: type.properties.map((property) => ({
      name: property.name,
      required: property.required,
      secret: property.secret ?? false,
      queryable: false,
      ...(property.allowed && { allowed: property.allowed }),
    })),
    missing: (configuration) => catalogue.missing(type, configuration),
    tools: type.tools ?? [],
    timeoutMinutes: type.defaultTimeoutMinutes,
    urls: type.urls ?? {},
  };
}

function countsOf(details: { minimumCount: number; maximumCount: number }): Counts {
  return { minimum: details.minimumCount, maximum: details.maximumCount };
}

function keyOf(id: ActionTypeId): string {
  return `${id.category}/${id.provider}/${id.version}`;
}
