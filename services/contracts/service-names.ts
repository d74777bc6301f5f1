/**
 * The services. The name is also the app id for Dapr, the consumer group, and the name of the one secret that a service
 * may read.
 */
export const SERVICE_NAMES = [
  'task-service',
  'recurring-task-service',
  'notification-service',
  'audit-service',
  'chat-api',
] as const
export type ServiceName = (typeof SERVICE_NAMES)[number]
