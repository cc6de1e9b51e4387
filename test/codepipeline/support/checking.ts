/** Runs the structure checks without a server. */
import type { PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { createCatalogue } from "../../../src/core/catalogue.ts";
import { operatorSettings } from "../../../src/server/operator-settings.ts";
import { AwsError } from "../../../src/services/aws-json/error.ts";
import type { Declaration, GivenDeclaration } from "../../../src/services/codepipeline/declaration.ts";
import {
  type CustomActionType,
  fromBuiltIn,
  fromCustom,
  type KnownActionTypes,
} from "../../../src/services/codepipeline/known-action-types.ts";
import { normalize } from "../../../src/services/codepipeline/normalize.ts";
import { keepSecrets } from "../../../src/services/codepipeline/secrets.ts";
import type { WorkersHere } from "../../../src/services/codepipeline/structure/check.ts";
import { checkStructure } from "../../../src/services/codepipeline/structure/index.ts";
import { declarations, ruleDeclarations } from "../../../src/worker/index.ts";

export const SCOPE = { account: "000000000000", region: "us-east-1" };

const WITH_GIT: WorkersHere = { tools: new Set(["git"]), endpoint: "http://millrace.test" };

export function typesWith(...custom: CustomActionType[]): KnownActionTypes {
  return configuredTypes({}, ...custom);
}

/** @param settings of the server's operator */
export function configuredTypes(
  settings: Readonly<Record<string, string>>,
  ...custom: CustomActionType[]
): KnownActionTypes {
  const catalogue = createCatalogue(declarations, {
    rules: ruleDeclarations,
    settings: operatorSettings(settings),
  });
  return {
    find(id) {
      if (id.owner === "Custom") {
        const type = custom.find((one) => one.id.provider === id.provider && one.id.category === id.category);
        return type && fromCustom(type);
      }
      const type = catalogue.find(id);
      return type && fromBuiltIn(type, catalogue);
    },
  };
}

/** A custom type with a queryable and a secret property. */
export const jenkins: CustomActionType = {
  id: { category: "Build", owner: "Custom", provider: "Jenkins", version: "1" },
  settings: {},
  actionConfigurationProperties: [
    { name: "ProjectName", required: true, key: true, secret: false, queryable: true },
    { name: "Token", required: false, key: false, secret: true },
  ],
  inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
};

export function normalized(given: PipelineDeclaration, previousType?: "V1" | "V2"): Declaration {
  return normalize(given as GivenDeclaration, previousType);
}

/** `Code: text` of the first thing that is wrong; undefined when nothing is. */
export function finding(
  given: PipelineDeclaration,
  {
    types = typesWith(jenkins),
    workers = WITH_GIT,
    stored,
  }: { types?: KnownActionTypes; workers?: WorkersHere; stored?: Declaration } = {},
): string | undefined {
  const declaration =
    stored === undefined ? normalized(given) : keepSecrets(normalized(given), stored, types);
  try {
    checkStructure({ declaration, scope: SCOPE, types, workers });
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
