/** The names of the Dapr components in dapr/components. */
export const PUBLISHING_COMPONENT = 'pubsub-kafka'
/** Where conversations are kept. */
export const CONVERSATION_COMPONENT = 'statestore-postgresql'
/** For clients that wait; each process reads through it in a group of its own. */
export const LIVE_COMPONENT = 'pubsub-live'

/** Dapr delivers the batches of one component one after the other: so each topic of a sidecar comes by one of its own. */
const SUBSCRIBING_COMPONENTS: Readonly<Record<string, string>> = {
  'task-events': 'pubsub-kafka',
  reminders: 'pubsub-kafka-reminders',
  'task-updates': 'pubsub-kafka-updates',
}

export const subscribingComponent = (topic: string): string => SUBSCRIBING_COMPONENTS[topic] ?? PUBLISHING_COMPONENT
