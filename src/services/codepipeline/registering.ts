/** What registering and deregistering a webhook have in common: their errors (api.md §17). */
import { RegistrationError } from "../../core/webhooks/types.ts";
import { AwsError } from "../aws-json/error.ts";
import { validation } from "./errors.ts";

/** @param name optional in the model only */
export async function registering(
  name: string | undefined,
  work: (name: string) => Promise<void>,
): Promise<void> {
  if (name === undefined) throw validation("Give the name of the webhook in 'webhookName'.");
  try {
    await work(name);
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error;
    if (error.reason === "refused") throw validation(error.message);
    throw new AwsError(
      "WebhookNotFoundException",
      `There is no webhook named '${name}' in this account and region.`,
    );
  }
}
