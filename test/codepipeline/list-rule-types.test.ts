import { ListActionTypesCommand, ListRuleTypesCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe("ListRuleTypes (api.md §14)", () => {
  it("E9.15 shows the six types of AWS by provider, configured here or not, with keys and counts (inferred: api.md §3, §19.2)", async () => {
    const { ruleTypes = [] } = await fixture.client.send(new ListRuleTypesCommand({}));
    const shown = ruleTypes.map(
      ({ id, inputArtifactDetails: inputs, ruleConfigurationProperties: properties = [] }) =>
        [
          `${id?.owner}/${id?.category}/${id?.provider}/${id?.version}`,
          `${inputs?.minimumCount}-${inputs?.maximumCount}`,
          ...properties.map(({ name, required }) => (required ? `*${name}` : name)),
        ].join(" "),
    );
    expect(shown).toEqual([
      "AWS/Rule/CloudWatchAlarm/1 0-0 *AlarmName AlarmStates WaitTime",
      "AWS/Rule/CodeBuild/1 0-5 *ProjectName EnvironmentVariables PrimarySource BatchEnabled CombineArtifacts",
      "AWS/Rule/Commands/1 0-10 VpcId Subnets SecurityGroupIds EnvironmentType ComputeType",
      "AWS/Rule/DeploymentWindow/1 0-0 *Cron TimeZone",
      "AWS/Rule/LambdaInvoke/1 0-5 *FunctionName UserParameters",
      "AWS/Rule/VariableCheck/1 0-0 *Variable *Value *Operator",
    ]);
    expect(ruleTypes[0]?.settings).toEqual({});
    expect(ruleTypes[0]?.ruleConfigurationProperties?.[0]).toEqual({
      name: "AlarmName",
      required: true,
      key: false,
      secret: false,
      queryable: false,
    });
  });

  it("takes its filters", async () => {
    const { ruleTypes } = await fixture.client.send(
      new ListRuleTypesCommand({ ruleOwnerFilter: "AWS", regionFilter: "eu-west-1" }),
    );
    expect(ruleTypes).toHaveLength(6);
    expect(await refusal(fixture.client.send(new ListRuleTypesCommand({ regionFilter: "moon" })))).toMatch(
      /^ValidationException: The region moon/,
    );
  });

  it("are no action types", async () => {
    const { actionTypes = [] } = await fixture.client.send(new ListActionTypesCommand({}));
    expect(actionTypes.filter(({ id }) => (id?.category as string) === "Rule")).toEqual([]);
  });
});
