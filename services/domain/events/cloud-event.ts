export const CLOUD_EVENT_TYPE = 'application/cloudevents+json'

/** Tells the events of one installation from those of another one on the same broker. */
export const sourceOf = (installation: string): string => `urn:todo5:installation:${installation}`

interface OutgoingEvent {
  readonly key: string
  readonly eventId: string
  readonly eventType: string
  readonly event: unknown
}

/** An event inside of a CloudEvent 1.0 whose id, type, time and subject are the event's; null: it belongs to no trace. */
export function toCloudEvent(outgoing: OutgoingEvent, source: string, traceparent: string | null): object {
  const {timestamp, task_id: taskId} = (outgoing.event ?? {}) as {timestamp?: unknown; task_id?: unknown}
  return {
    specversion: '1.0',
    id: outgoing.eventId,
    type: outgoing.eventType,
    source,
    subject: typeof taskId === 'number' ? `task/${taskId}` : `key/${outgoing.key}`,
    datacontenttype: 'application/json',
    ...(typeof timestamp === 'string' && {time: timestamp}),
    // Without a traceid Dapr writes its own traceparent over ours (components-contrib 1.18.4, pubsub/envelope.go).
    ...(traceparent !== null && {traceparent, traceid: traceparent}),
    data: outgoing.event,
  }
}

export interface ReadCloudEvent {
  readonly source: string | null
  readonly event: unknown
  readonly traceparent: string | null
}

/** Undefined when it is no CloudEvent with JSON in it. */
export function readCloudEvent(value: unknown): ReadCloudEvent | undefined {
  if (typeof value !== 'object' || value === null || !('specversion' in value) || !('data' in value)) return undefined
  const {source, traceparent} = value as {source?: unknown; traceparent?: unknown}
  return {
    source: typeof source === 'string' ? source : null,
    event: value.data,
    traceparent: typeof traceparent === 'string' ? traceparent : null,
  }
}
