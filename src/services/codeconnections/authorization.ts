/**
 * The authorisation rules of connections and hosts. Policies may name a resource in either spelling of the service, as
 * they may name the operation.
 */
import type { Tag } from "@aws-sdk/client-codestar-connections";
import { parseArn, spellingsOf } from "../../core/connections/index.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import type { Authorization, OperationNeed } from "../aws-json/authorization.ts";
import type { Call } from "../aws-json/operation.ts";
import { tagsOf } from "./tags.ts";

export function onResource<Input>(
  arnOf: (input: Input) => string | undefined,
  asked: (input: Input) => Pick<OperationNeed, "requestTags" | "tagKeys"> = () => ({}),
): Authorization<Input> {
  return (input, call) => [{ ...resourceNeed(call, arnOf(input) ?? ""), ...asked(input) }];
}

/** What is made, or listed, has no name yet. */
export function onAll<Input>(
  kind: "connection" | "host",
  asked: (input: Input) => Pick<OperationNeed, "requestTags" | "keys"> = () => ({}),
): Authorization<Input> {
  return (input, { scope }) => {
    const [resource, ...spellings] = spellingsOf({ kind, scope, id: "*" });
    return [{ resource, spellings: () => spellings, ...asked(input) }];
  };
}

/** Of a new connection or host: its tags, and what it leads to. */
export function ofNew({
  Tags,
  ProviderType,
  HostArn,
}: {
  readonly Tags?: readonly Tag[] | undefined;
  readonly ProviderType?: string | undefined;
  readonly HostArn?: string | undefined;
}): Pick<OperationNeed, "requestTags" | "keys"> {
  const keys = Object.entries({ ProviderType, HostArn }).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [
          [`codestar-connections:${key}`, value],
          [`codeconnections:${key}`, value],
        ],
  );
  return { requestTags: tagsOf(Tags), keys: Object.fromEntries(keys) };
}

/** An ARN of nothing here is refused in its own words to whoever may do this to anything. */
function resourceNeed({ core, scope }: Call, arn: string): OperationNeed {
  const named = parseArn(arn) ?? { kind: "connection", scope, id: "*" };
  const [canonical, ...others] = spellingsOf(named);
  const resource = others.find((spelling) => spelling === arn) ?? canonical;
  return {
    resource,
    spellings: () => [canonical, ...others],
    resourceTags: () => tagsByKey(core.store.read, canonical),
  };
}
