export { webhookArn } from "./arn.ts";
export { filterProblem } from "./filters/apply.ts";
export { newUrl, webhookUrl } from "./url.ts";
export { createWebhooks } from "./webhooks.ts";
