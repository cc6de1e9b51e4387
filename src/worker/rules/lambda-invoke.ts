/** Rule/LambdaInvoke: invokes a function and waits; succeeds when it returns without error (P9). */
import { ROLE_SETTINGS } from "../outside/aws-service.ts";
import { functionError, functionSettings, invoke, invokesAsRole } from "../outside/lambda.ts";
import type { Provider } from "../provider.ts";
import { between, optional, required } from "../providers/declare.ts";
import { declareRule } from "./declare.ts";

export const lambdaInvoke: Provider = {
  declaration: declareRule("LambdaInvoke", {
    tier: 2,
    inputs: between(0, 5),
    properties: [...required("FunctionName"), ...optional("UserParameters")],
    byFunction: "awaited",
    settings: ({ FunctionName = "" }) => [functionSettings(FunctionName)],
    besides: ["credentials.lambda", ...ROLE_SETTINGS],
  }),

  usesRole: invokesAsRole,

  async run(job, tools) {
    const answer = await invoke(job, "RequestResponse", tools);
    return functionError(job, answer) ?? { kind: "done", summary: answer.body };
  },
};
