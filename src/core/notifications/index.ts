export { createNotifications, type NotificationsOptions } from "./notifications.ts";
export type { Destination, FailedDelivery, Notifications } from "./types.ts";
