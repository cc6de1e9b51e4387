/** Approval/Manual (api.md §5.3, providers.md P5.1). */
import type { TypedActionCheck } from "./check.ts";
import { hasReference } from "./configuration.ts";
import { invalidAction } from "./findings.ts";

const ARN = /^arn:[\w-]+:([a-z0-9-]+):([a-z0-9-]*):([0-9]*):(.+)$/;
const LONGEST_CUSTOM_DATA = 1000;

export const checkApproval: TypedActionCheck = ({ action }, _type, { scope }) => {
  if (action.actionTypeId.category !== "Approval") return undefined;
  const topic = action.configuration.NotificationArn;
  return (
    (topic === undefined || hasReference(topic) ? undefined : checkTopic(action.name, topic, scope.region)) ??
    checkCustomData(action.name, action.configuration.CustomData)
  );
};

function checkTopic(action: string, topic: string, pipelineRegion: string) {
  const [, service, region] = ARN.exec(topic) ?? [];
  if (service === undefined) {
    return invalidAction(
      `The ARN ${topic} you specified for sending notifications for the approval action ${action} contains a format error.`,
    );
  }
  const specified = `The ARN ${topic} has been specified for sending notifications for the approval action ${action},`;
  if (service !== "sns") {
    return invalidAction(
      `${specified} but the AWS service for this ARN cannot be used to send approval requests.`,
    );
  }
  if (region !== pipelineRegion) {
    return invalidAction(`${specified} but the ARN is not in the same region as the pipeline.`);
  }
  return undefined;
}

function checkCustomData(action: string, data: string | undefined) {
  if (data === undefined || data.length <= LONGEST_CUSTOM_DATA) return undefined;
  return invalidAction(
    `CustomData of the approval action '${action}' has ${data.length} characters. It can have up to ${LONGEST_CUSTOM_DATA}.`,
  );
}
