import type { ListRuleTypesInput, ListRuleTypesOutput, RuleType } from "@aws-sdk/client-codepipeline";
import type { BuiltInActionType } from "../../core/catalogue.ts";
import { onAnything } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";
import { validation } from "./errors.ts";
import { isRegion } from "./structure/stores.ts";

/**
 * Every rule type, whether or not it is configured here, on one page; all are of owner AWS.
 *
 * @throws ValidationException for an unknown region
 * @see api.md §14; providers.md P9
 */
export const listRuleTypes = operation<Checked<ListRuleTypesInput>, ListRuleTypesOutput>("ListRuleTypes", {
  authorization: onAnything,

  async handle({ regionFilter }, { core, scope }) {
    if (regionFilter !== undefined && !isRegion(regionFilter, scope.region))
      throw validation(`The region ${regionFilter} given in 'regionFilter' is not a valid AWS Region.`);
    return {
      ruleTypes: core.catalogue.rules
        .toSorted((a, b) => (a.id.provider < b.id.provider ? -1 : 1))
        .map(ruleType),
    };
  },
});

function ruleType({ id, properties, inputs }: BuiltInActionType): RuleType {
  return {
    id: { category: "Rule", owner: "AWS", provider: id.provider, version: id.version },
    settings: {},
    ruleConfigurationProperties: properties.map(({ name, required, secret = false, description }) => ({
      name,
      required,
      key: false,
      secret,
      queryable: false,
      ...(description !== undefined && { description }),
    })),
    inputArtifactDetails: { minimumCount: inputs.minimum, maximumCount: inputs.maximum },
  };
}
