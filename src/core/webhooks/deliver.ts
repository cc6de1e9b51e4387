/** From an authentic delivery to an execution (S1.13 to S1.13g, S1.33 to S1.39). */
import type { Commands } from "../commands/types.ts";
import type { ActionDefinition } from "../engine/index.ts";
import { openSecret } from "../sealed-secret.ts";
import { takePipelineNamed } from "../store/pipelines.ts";
import { findExecution } from "../store/queries/executions.ts";
import type { Tx } from "../store/store.ts";
import type { PipelineRow } from "../store/tables/pipelines.ts";
import { deliveryIsKnown, insertDelivery, setTriggered } from "../store/webhooks.ts";
import { webhookArn } from "./arn.ts";
import { applyFilters } from "./filters/apply.ts";
import { stringAt } from "./payload.ts";
import { isDeletion, isPush, pushedRevision } from "./push.ts";
import type { Room } from "./room.ts";
import type { Delivery, DeliveryOutcome, Webhook, Webhooks } from "./types.ts";

/** Another server started the same delivery between this one's look and its own start: nothing of this is kept. */
class DuplicateError extends Error {}

export function deliverCommand(room: Room): Webhooks["deliver"] {
  return async (webhook, delivery) => {
    try {
      return await room.store.transaction((tx) => deliver(tx, room, webhook, delivery));
    } catch (error) {
      if (error instanceof DuplicateError) return { kind: "duplicate" };
      throw error;
    }
  };
}

async function deliver(tx: Tx, room: Room, webhook: Webhook, delivery: Delivery): Promise<DeliveryOutcome> {
  const { payload } = delivery;
  const identity = identityOf(webhook, delivery);
  // The pipeline's row first: of two equal deliveries at once the second waits here, and then finds the first.
  const pipeline = await takePipelineNamed(tx, webhook.scope, webhook.pipeline);
  if (await deliveryIsKnown(tx, identity)) return { kind: "duplicate" };
  if (pipeline === undefined) return { kind: "pipelineMissing" };
  const action = await targetAction(tx, room.commands, pipeline, webhook.action);
  if (action === undefined) return { kind: "actionMissing" };
  const outcome = applyFilters(webhook.filters, payload, (key) => shown(room, action, key));
  if (outcome === "tooLong") return { kind: "filtersTakeTooLong" };
  if (outcome === "notMet") return { kind: "filtered" };
  if (outcome !== "met") return { kind: "keyMissing", filter: outcome.filter, key: outcome.missingKey };
  if (isDeletion(payload)) return { kind: "ignored" };

  const at = room.ambient.now();
  if (!(await setTriggered(tx, webhook.id, at))) return { kind: "webhookMissing" };
  const executionId = await start(tx, room.commands, pipeline, webhook, action, delivery);
  const kept = await insertDelivery(tx, {
    execution_id: executionId,
    ...identity,
    event: delivery.event ?? null,
    sender: stringAt(payload, "sender", "login") ?? null,
    address: delivery.address,
    at,
  });
  if (!kept) throw new DuplicateError();
  const failed = (await findExecution(tx, pipeline.id, executionId))?.status === "Failed";
  return { kind: "started", ...(!failed && { executionId }) };
}

/** The sender's name for a delivery isn't signed; where the body is, a push is known by that, too (S1.35). */
function identityOf({ id, authentication }: Webhook, { key, digest, payload }: Delivery) {
  const isSigned = authentication.type === "GITHUB_HMAC";
  return {
    webhook_id: id,
    delivery_key: key ?? null,
    digest: isSigned && isPush(payload) ? digest : null,
  };
}

async function targetAction(
  tx: Tx,
  commands: Pick<Commands, "definition">,
  { id, version }: PipelineRow,
  name: string,
): Promise<ActionDefinition | undefined> {
  const { stages } = await commands.definition(tx, id, version);
  return stages[0]?.actions.find((action) => action.name === name);
}

/** A value of the action's configuration, unless it is secret. */
function shown({ access }: Room, { configuration }: ActionDefinition, key: string): string | undefined {
  const value = Object.hasOwn(configuration, key) ? configuration[key] : undefined;
  return value === undefined || openSecret(access, value) !== undefined ? undefined : value;
}

/** Only a commit that the sender has signed for is bound; else the source takes the newest (S1.32, S1.37). */
async function start(
  tx: Tx,
  commands: Pick<Commands, "runOn">,
  pipeline: PipelineRow,
  { scope, name, authentication }: Webhook,
  action: ActionDefinition,
  { payload }: Delivery,
): Promise<string> {
  const revision = authentication.type === "GITHUB_HMAC" ? pushedRevision(payload, action) : undefined;
  const { executionId } = await commands.runOn(tx, pipeline, {
    type: "start",
    origin: "trigger",
    trigger: { type: "Webhook", detail: webhookArn(scope, name) },
    variables: {},
    revisions: revision === undefined ? {} : { [action.name]: revision },
  });
  if (executionId === undefined) throw new Error("a start answered no execution");
  return executionId;
}
