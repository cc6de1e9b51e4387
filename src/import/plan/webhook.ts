import {
  CodePipelineServiceException,
  type ListWebhookItem,
  PutWebhookCommand,
  paginateListWebhooks,
  RegisterWebhookWithThirdPartyCommand,
} from "@aws-sdk/client-codepipeline";
import { ImportProblem } from "../problem.ts";
import type { Desired } from "../resources/desired.ts";
import { diff } from "./diff.ts";
import type { Planned } from "./planned.ts";
import type { Region } from "./server.ts";
import type { Step } from "./step.ts";
import { tagChanges } from "./tags.ts";

/** Secrets of webhooks come back as asterisks, so one that is given can't be compared. */
export async function planWebhook(
  desired: Extract<Desired, { kind: "webhook" }>,
  { codepipeline }: Region,
  { renewsSecrets }: Planned,
): Promise<Step> {
  const { input, name, region, register } = desired;
  const present = await findWebhook(codepipeline, name);
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
      if (register) await codepipeline.send(new RegisterWebhookWithThirdPartyCommand({ webhookName: name }));
    },
  };
}

async function findWebhook(
  client: Region["codepipeline"],
  name: string,
): Promise<ListWebhookItem | undefined> {
  try {
    for await (const { webhooks = [] } of paginateListWebhooks({ client }, {})) {
      const found = webhooks.find(({ definition }) => definition?.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  } catch (error) {
    if (error instanceof CodePipelineServiceException && error.$metadata.httpStatusCode === 501)
      throw new ImportProblem("webhooks aren't available on this server yet");
    throw error;
  }
}

function withoutSecret(definition: ListWebhookItem["definition"]) {
  if (definition === undefined) return undefined;
  const { SecretToken: _, ...authenticationConfiguration } = definition.authenticationConfiguration ?? {};
  return { ...definition, authenticationConfiguration };
}
