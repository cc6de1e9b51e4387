/** Invoke/Lambda: invokes a function, which says by itself what has become of its job (P7.1 to P7.6). */
import { ROLE_SETTINGS } from "../outside/aws-service.ts";
import { functionError, functionSettings, invoke, invokesAsRole } from "../outside/lambda.ts";
import type { Provider } from "../provider.ts";
import { between, DAY, declare, optional, required } from "./declare.ts";

export const lambda: Provider = {
  declaration: declare({
    category: "Invoke",
    provider: "Lambda",
    tier: 2,
    inputs: between(0, 5),
    outputs: between(0, 5),
    properties: [...required("FunctionName"), ...optional("UserParameters")],
    outputVariables: "dynamic",
    defaultTimeoutMinutes: DAY,
    byFunction: "parked",
    settings: ({ FunctionName = "" }) => [functionSettings(FunctionName)],
    besides: ["credentials.lambda", "lambda.continueAfter", ...ROLE_SETTINGS],
  }),

  usesRole: invokesAsRole,

  async run(job, tools) {
    const failure = functionError(job, await invoke(job, "Event", tools));
    if (failure !== undefined) return failure;
    tools.log.system(
      `[Millrace] invoked: it has 20 minutes to call PutJobSuccessResult or PutJobFailureResult for job ${job.id}`,
    );
    return { kind: "parked" };
  },
};
