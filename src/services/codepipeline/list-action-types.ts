import type { ActionType, ListActionTypesInput, ListActionTypesOutput } from "@aws-sdk/client-codepipeline";
import type { BuiltInActionType } from "../../core/catalogue.ts";
import type { Partner } from "../../core/partners.ts";
import { customActionTypes } from "../../core/store/queries/action-types.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import { type CustomActionType, parseCustomType } from "./known-action-types.ts";
import { pagesOf } from "./paging.ts";
import { isRegion } from "./structure/stores.ts";

const PAGE = 100;
const OWNERS: readonly string[] = ["AWS", "ThirdParty", "Custom"];

/**
 * Every known action type, whether or not it is configured here, and the custom ones of the region.
 *
 * @throws ValidationException for an unknown region, InvalidNextTokenException
 * @see api.md §3, §14; providers.md P0.8
 */
export const listActionTypes = operation<Checked<ListActionTypesInput>, ListActionTypesOutput>(
  "ListActionTypes",
  {
    authorization: onAnything,

    async handle({ actionOwnerFilter: owner, regionFilter, nextToken: token }, call) {
      const region = regionFilter ?? call.scope.region;
      if (!isRegion(region, call.scope.region))
        throw validation(`The region ${region} given in 'regionFilter' is not a valid AWS Region.`);
      const pages = pagesOf<[order: string]>(call, "ListActionTypes", [owner ?? null, region]);
      const [after = ""] = pages.start(token) ?? [];
      const { catalogue, store } = call.core;
      const partners = await catalogue.partners.usableBy(store.read, call.scope.account);
      const found = [
        ...catalogue.builtIn.filter(({ id }) => !catalogue.partners.has(id)).map(builtIn),
        ...partners.map(ofPartner),
        ...(await custom(call, region)),
      ]
        .filter((type) => owner === undefined || type.id.owner === owner)
        .map((type) => ({ type, order: orderOf(type) }))
        .filter(({ order }) => order > after)
        .sort((a, b) => (a.order < b.order ? -1 : 1));
      const { rows, nextToken } = pages.cut(found, PAGE, ({ order }) => [order]);
      return { actionTypes: rows.map(({ type }) => type), ...(nextToken && { nextToken }) };
    },
  },
);

/** By owner, then category, provider and version; names have no character below the separator. */
function orderOf({ id }: CustomActionType): string {
  return [OWNERS.indexOf(id.owner), id.category, id.provider, id.version].join("\u0000");
}

async function custom(call: Call, region: string): Promise<CustomActionType[]> {
  const rows = await customActionTypes(call.core.store.read, { ...call.scope, region });
  return rows.filter(({ deleted }) => deleted === 0).map(parseCustomType);
}

function ofPartner({ declaration }: Partner): CustomActionType {
  const { id, urls, properties = [], inputArtifactDetails, outputArtifactDetails } = declaration;
  const { configurationUrl, ...templates } = urls ?? {};
  return {
    id: id as CustomActionType["id"],
    settings: {
      ...templates,
      ...(configurationUrl !== undefined && { thirdPartyConfigurationUrl: configurationUrl }),
    },
    actionConfigurationProperties: properties.map(({ optional, noEcho, queryable = false, ...property }) => ({
      ...property,
      required: !optional,
      secret: noEcho,
      queryable,
    })),
    inputArtifactDetails,
    outputArtifactDetails,
  };
}

function builtIn({ id, urls, properties, inputs, outputs }: BuiltInActionType): CustomActionType {
  return {
    id: id as Checked<ActionType>["id"],
    settings: { ...urls },
    actionConfigurationProperties: properties.map(({ name, required, secret = false, description }) => ({
      name,
      required,
      key: false,
      secret,
      queryable: false,
      ...(description !== undefined && { description }),
    })),
    inputArtifactDetails: { minimumCount: inputs.minimum, maximumCount: inputs.maximum },
    outputArtifactDetails: { minimumCount: outputs.minimum, maximumCount: outputs.maximum },
  };
}
