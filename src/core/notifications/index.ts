export { createNotifications, type NotificationsOptions } from "./notifications.ts";
export type { Destination, FailedDelivery, Notifications, TopicDestination } from "./types.ts";
