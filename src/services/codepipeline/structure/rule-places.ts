/** The rules of a declaration, and where they stand (E9.1). */
import type { RuleDeclaration } from "@aws-sdk/client-codepipeline";
import type { ActionTypeId } from "../../../core/engine/index.ts";
import type { Checked } from "../checked.ts";
import type { Declaration, Stage } from "../declaration.ts";
import type { KnownActionType } from "../known-action-types.ts";
import { type Finding, type Place, placesOf, type Subject } from "./check.ts";

export type Rule = Checked<RuleDeclaration>;

const CONDITIONS = ["beforeEntry", "onSuccess", "onFailure"] as const;

export interface PlacedCondition {
  readonly stageIndex: number;
  readonly stage: Stage;
  readonly kind: (typeof CONDITIONS)[number];
  readonly result: string | undefined;
  readonly rules: readonly Rule[];
}

export interface RulePlace extends PlacedCondition {
  readonly rule: Rule;
  readonly configuration: Readonly<Record<string, string>>;
}

/** A check of a rule whose type is known. */
export type RuleCheck = (place: RulePlace, type: KnownActionType, subject: Subject) => Finding;

/** In declaration order. */
export function conditionsOf({ stages }: Declaration): PlacedCondition[] {
  return stages.flatMap((stage, stageIndex) =>
    CONDITIONS.flatMap((kind) =>
      (stage[kind]?.conditions ?? []).map(({ result, rules = [] }) => ({
        stageIndex,
        stage,
        kind,
        result,
        rules,
      })),
    ),
  );
}

export function rulePlaces(condition: PlacedCondition): RulePlace[] {
  return condition.rules.map((rule) => ({ ...condition, rule, configuration: rule.configuration ?? {} }));
}

/** With the defaults of what may be left out. */
export function typeOf({ ruleTypeId }: Rule): ActionTypeId {
  const { category, owner = "AWS", provider, version = "1" } = ruleTypeId;
  return { category, owner, provider, version };
}

/** Actions that have ended when the rule begins: of earlier stages, and of its own unless it guards the entry (E4.5). */
export function actionsBefore({ stageIndex, kind }: RulePlace, { declaration }: Subject): Place[] {
  const last = kind === "beforeEntry" ? stageIndex - 1 : stageIndex;
  return placesOf(declaration).filter((place) => place.stageIndex <= last);
}
