/** Invoke types that are known, and not to be had in this version. */
import type { ActionTypeDeclaration } from "../provider.ts";
import { between, DAY, declare, exactly, NEVER, NOT_IN_THIS_VERSION, optional, required } from "./declare.ts";

export const declaredInvokes: readonly ActionTypeDeclaration[] = [
  declare({
    category: "Invoke",
    provider: "StepFunctions",
    tier: 2,
    inputs: between(0, 1),
    outputs: between(0, 1),
    properties: [...required("StateMachineArn"), ...optional("ExecutionNamePrefix InputType Input")],
    outputVariables: ["StateMachineArn", "ExecutionArn"],
    defaultTimeoutMinutes: 7 * DAY,
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Invoke",
    provider: "InspectorScan",
    tier: 3,
    inputs: between(0, 1),
    outputs: exactly(1),
    properties: [
      ...required("InspectorRunMode"),
      ...optional("ECRRepositoryName ImageTag CriticalThreshold HighThreshold MediumThreshold LowThreshold"),
    ],
    outputVariables: ["HighestScannedSeverity"],
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    owner: "ThirdParty",
    category: "Invoke",
    provider: "Snyk",
    tier: "none",
    inputs: exactly(1),
    outputs: between(0, 1),
    needs: [NEVER],
  }),
];
