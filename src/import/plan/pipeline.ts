import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListTagsForResourceCommand,
  type PipelineDeclaration,
  StartPipelineExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Planned } from "./planned.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";
import { tagChanges } from "./tags.ts";

type Pipeline = Extract<Desired, { kind: "pipeline" }>;

/** Judged by the server, with what else will be there; compared as the server would show it. */
export async function planPipeline(
  desired: Pipeline,
  { codepipeline, call }: Region,
  { actionTypes, buckets, connections, renewsSecrets }: Planned,
): Promise<Step> {
  const { input, name, region, disabled } = desired;
  const { pipeline: after, exists } = await call<{ pipeline: PipelineDeclaration; exists: boolean }>(
    "CheckPipeline",
    {
      ...input,
      plannedActionTypes: actionTypes.filter((type) => type.region === region).map(({ input }) => input),
      plannedBuckets: buckets.map(({ name, region }) => ({ name, region })),
      plannedConnections: connections.map(({ arn, input }) => ({ arn, providerType: input.ProviderType })),
    },
  );
  const disable = async () => {
    for (const { stage, reason } of disabled)
      await codepipeline.send(
        new DisableStageTransitionCommand({
          pipelineName: name,
          stageName: stage,
          transitionType: "Inbound",
          reason,
        }),
      );
  };
  if (!exists)
    return {
      kind: "pipeline",
      name,
      region,
      action: "create",
      changes: [...diff(undefined, unnumbered(after)), ...tagChanges([], input.tags).changes],
      notes: [],
      async apply() {
        await codepipeline.send(new CreatePipelineCommand(input));
        await disable();
      },
    };

  const { pipeline: before, metadata } = await codepipeline.send(new GetPipelineCommand({ name }));
  const resourceArn = metadata?.pipelineArn;
  const { tags } = await codepipeline.send(new ListTagsForResourceCommand({ resourceArn }));
  const declarationChanges = diff(before && unnumbered(before), unnumbered(after));
  const { changes: changesOfTags, put, remove } = tagChanges(tags, input.tags);
  const transitions = await changesOfTransitions(desired, codepipeline);
  const secrets = JSON.stringify(after).includes('"****"');
  const updates = declarationChanges.length > 0 || (secrets && renewsSecrets);
  const changes = [...declarationChanges, ...changesOfTags, ...transitions];
  return {
    kind: "pipeline",
    name,
    region,
    action: updates || changes.length > 0 ? "update" : "keep",
    changes,
    notes: secretNotes(secrets, updates, renewsSecrets),
    async apply() {
      if (put.length > 0) await codepipeline.send(new TagResourceCommand({ resourceArn, tags: put }));
      if (remove.length > 0)
        await codepipeline.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
      if (updates) await codepipeline.send(new UpdatePipelineCommand({ pipeline: input.pipeline }));
      if (transitions.length > 0) await disable();
      if (updates && desired.restarts) await codepipeline.send(new StartPipelineExecutionCommand({ name }));
    },
  };
}

async function changesOfTransitions({ name, disabled }: Pipeline, codepipeline: Region["codepipeline"]) {
  if (disabled.length === 0) return [];
  const { stageStates = [] } = await codepipeline.send(new GetPipelineStateCommand({ name }));
  return disabled
    .filter(({ stage, reason }) => {
      const state = stageStates.find(({ stageName }) => stageName === stage)?.inboundTransitionState;
      return state?.enabled !== false || state.disabledReason !== reason;
    })
    .map(({ stage }) => ({ path: `inbound transition of ${stage}`, before: "enabled", after: "disabled" }));
}

/** The version is the server's to count. */
function unnumbered({ version: _, ...declaration }: PipelineDeclaration): PipelineDeclaration {
  return declaration;
}

function secretNotes(secrets: boolean, updates: boolean, renewsSecrets: boolean): string[] {
  if (!secrets) return [];
  if (renewsSecrets) return ["its secrets are sent again"];
  if (updates) return [];
  return ["its secrets can't be compared, for the server shows none: --renew-secrets sends them again"];
}
