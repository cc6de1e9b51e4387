/** Short words for the declarations of action types. */
import type { ActionTypeDeclaration, PropertyDeclaration } from "../provider.ts";

/** In minutes. */
const HOUR = 60;
/** In minutes. */
export const DAY = 24 * HOUR;

/** What a type needs that Millrace hasn't got yet, in the words of the refusal (P0.8). */
export const NOT_IN_THIS_VERSION = "an implementation (not in this version of Millrace)";
/** The service behind the type has ended, or only its partner can run it (P0.7). */
export const NEVER = "no implementation exists";

type Range = ActionTypeDeclaration["inputs"];

interface Given extends Partial<Omit<ActionTypeDeclaration, "id" | "inputs" | "outputs">> {
  readonly owner?: "AWS" | "ThirdParty";
  readonly category: string;
  readonly provider: string;
  readonly inputs?: Range;
  readonly outputs?: Range;
}

/**
 * A declaration of version 1 with what most types have: owner AWS, no artifacts, an hour's time-out (E10), no needs,
 * tier 1.
 */
export function declare(given: Given): ActionTypeDeclaration {
  const { owner = "AWS", category, provider, inputs = exactly(0), outputs = exactly(0), ...rest } = given;
  return {
    id: { category, owner, provider, version: "1" },
    tier: 1,
    properties: [],
    outputVariables: [],
    defaultTimeoutMinutes: HOUR,
    needs: [],
    ...rest,
    inputs,
    outputs,
  };
}

/** So many artifacts, no more and no fewer. */
export function exactly(count: number): Range {
  return { minimum: count, maximum: count };
}

/** From so many artifacts to so many, both included. */
export function between(minimum: number, maximum: number): Range {
  return { minimum, maximum };
}

/** Properties by their names, parted by spaces. */
export function required(names: string): PropertyDeclaration[] {
  return names.split(" ").map((name) => ({ name, required: true }));
}

/** As `required`, for those that may be left out. */
export function optional(names: string): PropertyDeclaration[] {
  return names.split(" ").map((name) => ({ name, required: false }));
}
