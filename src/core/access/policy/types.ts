/** IAM policies as they are read once and asked often. */
import type { Template } from "./template.ts";
import type { Wildcard } from "./wildcard.ts";

export interface Policy {
  readonly statements: readonly Statement[];
  /** Whether an answer may hang on the tags of the resource: nobody looks them up for other policies. */
  readonly asksForResourceTags: boolean;
}

export interface Statement {
  readonly effect: Effect;
  readonly actions: Listed<Wildcard>;
  readonly resources: Listed<Template>;
  readonly conditions: readonly Condition[];
  /** Of trust policies alone. */
  readonly principals: readonly Principal[];
}

export type Effect = "Allow" | "Deny";

/** `Action` or `NotAction`: those that are listed, or all others. */
export interface Listed<T> {
  readonly but: boolean;
  readonly of: readonly T[];
}

/** Whom a trust policy lets in: everybody, all of an account, who has exactly this ARN, or a service of AWS's. */
export type Principal =
  | { readonly kind: "everybody" }
  | { readonly kind: "account"; readonly account: string }
  | { readonly kind: "arn"; readonly arn: string }
  /** `codebuild.amazonaws.com` */
  | { readonly kind: "service"; readonly service: string };

/** One key of one operator; all of a statement's must hold. */
export interface Condition {
  readonly key: string;
  readonly holds: (context: Context, effect: Effect) => boolean;
}

/** What a request tells policies, by condition key. */
export interface Context {
  /** @param key in any case @returns undefined where the request has none; never an empty list */
  get(key: string): readonly string[] | undefined;
}

/** What is to be decided. */
export interface Question {
  /** `codepipeline:GetPipeline` */
  readonly action: string;
  /** Other names of the same action. */
  readonly otherActions?: readonly string[];
  /** All spellings of the resource that is asked about. */
  readonly resources: readonly string[];
  readonly context: Context;
}

/** `none`: nothing allows it, and nothing denies it in so many words. */
export type Decision = "allow" | "deny" | "none";

/** The policy can't be used; the message names the statement and the member. */
export class PolicyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PolicyError";
  }
}
