/** Numbers that the specification names itself, told without the table of constraints. */
import { expect, test } from "vitest";
import { actionWith, pipelineWith, saidOf } from "./support/validating.ts";

test("api.md §8: how many there may be of what a declaration lists", () => {
  const many = <T>(count: number, one: (n: number) => T) => Array.from({ length: count }, (_, n) => one(n));
  const patterns = (count: number) => ({ branches: { includes: many(count, (n) => `b${n}`) } });
  const trigger = (git: object) => ({
    providerType: "CodeStarSourceConnection",
    gitConfiguration: { sourceActionName: "S", ...git },
  });
  const lists: readonly [path: string, most: number, of: (count: number) => object][] = [
    ["variables", 50, (count) => ({ variables: many(count, (n) => ({ name: `v${n}` })) })],
    ["triggers", 50, (count) => ({ triggers: many(count, () => trigger({})) })],
    [
      "triggers.1.member.gitConfiguration.push",
      3,
      (count) => ({ triggers: [trigger({ push: many(count, () => ({})) })] }),
    ],
    [
      "triggers.1.member.gitConfiguration.pullRequest",
      3,
      (count) => ({ triggers: [trigger({ pullRequest: many(count, () => ({})) })] }),
    ],
    [
      "triggers.1.member.gitConfiguration.push.1.member.branches.includes",
      8,
      (count) => ({ triggers: [trigger({ push: [patterns(count)] })] }),
    ],
  ];
  for (const [path, most, of] of lists) {
    expect(saidOf("CreatePipeline", pipelineWith(of(most))), path).toBeUndefined();
    expect(saidOf("CreatePipeline", pipelineWith(of(most + 1)))).toBe(
      `1 validation error detected: Value at 'pipeline.${path}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    );
  }
  const timeout = (timeoutInMinutes: number) => saidOf("CreatePipeline", actionWith({ timeoutInMinutes }));
  expect([timeout(5), timeout(86_400)]).toEqual([undefined, undefined]);
  expect(timeout(4)).toContain("Member must have value greater than or equal to 5");
  expect(timeout(86_401)).toContain("Member must have value less than or equal to 86400");
});

test("api.md §7, §2.2: how long keys and values of tags, and tokens, may be", () => {
  const resourceArn = "arn:aws:codepipeline:us-east-1:000000000000:web";
  const tag = (key: number, value: number) =>
    saidOf("TagResource", { resourceArn, tags: [{ key: "k".repeat(key), value: "v".repeat(value) }] });
  expect([tag(1, 0), tag(128, 256)]).toEqual([undefined, undefined]);
  expect(tag(129, 0)).toContain("'tags.1.member.key' failed to satisfy constraint: Member must have length");
  expect(tag(1, 257)).toContain("Member must have length less than or equal to 256");
  const token = (length: number) => saidOf("ListPipelines", { nextToken: "t".repeat(length) });
  expect(token(2_048)).toBeUndefined();
  expect(token(2_049)).toContain("Member must have length less than or equal to 2048");
});
