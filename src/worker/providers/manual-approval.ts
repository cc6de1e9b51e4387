/** Approval/Manual: the engine itself waits for the answer (P5.1); no job is ever made of it. */
import type { ActionTypeDeclaration } from "../provider.ts";
import { DAY, declare, optional } from "./declare.ts";

export const manualApproval: ActionTypeDeclaration = declare({
  category: "Approval",
  provider: "Manual",
  properties: optional("NotificationArn ExternalEntityLink CustomData IsSummaryRequired"),
  defaultTimeoutMinutes: 7 * DAY,
  urls: { entityUrlTemplate: "{Config:ExternalEntityLink}" },
});
