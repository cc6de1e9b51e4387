import {
  DeleteWebhookCommand,
  type ListWebhookItem,
  PutWebhookCommand,
  paginateListWebhooks,
  RegisterWebhookWithThirdPartyCommand,
} from "@aws-sdk/client-codepipeline";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Planned } from "./planned.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";
import { tagChanges } from "./tags.ts";

/** Secrets of webhooks come back as asterisks, so one that is given can't be compared. */
export async function planWebhook(
  desired: Extract<Desired, { kind: "webhook" }>,
  { codepipeline, call }: Region,
  { pipelines, actionTypes, renewsSecrets }: Planned,
): Promise<Step> {
  const { input, name, region, register } = desired;
  const target = pipelines.find(
    (pipeline) => pipeline.region === region && pipeline.name === input.webhook?.targetPipeline,
  );
  await call("CheckWebhook", {
    ...input,
    plannedPipeline: target?.input.pipeline,
    plannedActionTypes: actionTypes.filter((type) => type.region === region).map(({ input }) => input),
  });
  const present = await findWebhook(codepipeline, name);
  // A third party isn't asked what it knows, so only webhooks that are made or changed are registered there.
  const after = withoutSecret(input.webhook);
  const hasSecret = input.webhook?.authenticationConfiguration?.SecretToken !== undefined;
  const changes = [
    ...diff(present && withoutSecret(present.definition), after),
    ...tagChanges(present?.tags ?? [], input.tags).changes,
  ];
  const renews = present !== undefined && hasSecret && renewsSecrets;
  return {
    kind: "webhook",
    name,
    region,
    action: present === undefined ? "create" : changes.length > 0 || renews ? "update" : "keep",
    changes,
    notes:
      present !== undefined && hasSecret && !renews && changes.length === 0
        ? ["its secret can't be compared, for the server doesn't show it: --renew-secrets sends it again"]
        : [],
    async apply() {
      await codepipeline.send(new PutWebhookCommand(input));
      if (register) await tellThirdParty(codepipeline, name, present === undefined);
    },
  };
}

/** A new webhook that the third party doesn't learn of is taken away again, so that the next import tries anew. */
async function tellThirdParty(client: Region["codepipeline"], name: string, isNew: boolean): Promise<void> {
  try {
    await client.send(new RegisterWebhookWithThirdPartyCommand({ webhookName: name }));
  } catch (error) {
    if (isNew) await client.send(new DeleteWebhookCommand({ name }));
    throw error;
  }
}

async function findWebhook(
  client: Region["codepipeline"],
  name: string,
): Promise<ListWebhookItem | undefined> {
  for await (const { webhooks = [] } of paginateListWebhooks({ client }, {})) {
    const found = webhooks.find(({ definition }) => definition?.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withoutSecret(definition: ListWebhookItem["definition"]) {
  if (definition === undefined) return undefined;
  const { SecretToken: _, ...authenticationConfiguration } = definition.authenticationConfiguration ?? {};
  return { ...definition, authenticationConfiguration };
}
