/** What policies say to a question: an explicit deny wins, then an allow, else nothing is said. */
import { resolve, type Template } from "./template.ts";
import type { Decision, Listed, Policy, Question, Statement } from "./types.ts";
import { matches, type Wildcard } from "./wildcard.ts";

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function evaluate(policies: readonly Policy[], question: Question): Decision {
  let decision: Decision = "none";
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (statement.effect === "Allow" && decision === "allow") continue;
      if (!isAbout(statement, question)) continue;
      if (statement.effect === "Deny") return "deny";
      decision = "allow";
    }
  }
  return decision;
}

/** Whether a statement is about the question, principals aside. */
export function isAbout(
  { effect, actions, resources, conditions }: Statement,
  { action, otherActions = [], resources: asked, context }: Question,
): boolean {
  const isNamed = (template: Template) => {
    const wanted = resolve(template, context);
    // Nothing is known of what has no value: an Allow lets nobody pass by it, a Deny nobody escape.
    if (wanted === undefined) return resources.but && effect === "Allow";
    return asked.some((resource) => matches(wanted, resource));
  };
  const isMeant = (pattern: Wildcard) =>
    matches(pattern, action.toLowerCase()) ||
    otherActions.some((other) => matches(pattern, other.toLowerCase()));
  return (
    isListed(actions, isMeant) &&
    isListed(resources, isNamed) &&
    conditions.every(({ holds }) => holds(context, effect))
  );
}

function isListed<T>({ but, of }: Listed<T>, isIt: (one: T) => boolean): boolean {
  return of.some(isIt) !== but;
}
