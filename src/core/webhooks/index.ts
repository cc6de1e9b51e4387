export { webhookArn } from "./arn.ts";
export { filterProblem } from "./filters/apply.ts";
export { hookAddress, hookSecret } from "./hosts/hooks.ts";
export { type ConnectionHooksOptions, createConnectionHooks } from "./hosts/index.ts";
export { createConnectionPolling } from "./hosts/polling.ts";
export { newUrl, webhookUrl } from "./url.ts";
export { createWebhooks } from "./webhooks.ts";
