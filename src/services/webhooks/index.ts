export type { ReceiverSettings } from "./receive.ts";
export { createWebhooksRoute } from "./route.ts";
