/** Rules that the engine decides itself: no worker takes them (P9.1). */
import type { ActionTypeDeclaration } from "../provider.ts";
import { DAY, optional, required } from "../providers/declare.ts";
import { declareRule } from "./declare.ts";

export const declaredRules: readonly ActionTypeDeclaration[] = [
  declareRule("VariableCheck", {
    properties: [
      ...required("Variable Value"),
      { name: "Operator", required: true, allowed: ["EQ", "NE", "CONTAINS", "MATCHES"] },
    ],
  }),
  declareRule("DeploymentWindow", {
    properties: [...required("Cron"), ...optional("TimeZone")],
    defaultTimeoutMinutes: 30 * DAY,
  }),
];
