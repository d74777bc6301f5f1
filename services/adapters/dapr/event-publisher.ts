import type {EventPublisher, OutgoingEvent, PublishResult} from '../../ports/event-publisher.ts'
import {type OpenSpan, openSpan} from '../../runtime/tracing.ts'
import {CLOUD_EVENT_TYPE, sourceOf, toCloudEvent} from '../../domain/events/cloud-event.ts'
import {type Sidecar, type SidecarAnswer, SidecarAway, failureOf, parseJson} from './sidecar.ts'

/** A sidecar takes 4 MiB at most in one request; a topic's share of a relay's batch is some 300 kB. */
const MAX_REQUEST_BYTES = 3 * 1024 * 1024
const MAX_ENTRIES = 500
/** While Kafka restarts the sidecar waits, and then answers that all went well: 14 s were measured. */
const TIMEOUT_MS = 20_000

export interface DaprEventPublisherOptions {
  readonly sidecar: Sidecar
  /** Name of the pub/sub component. */
  readonly pubsub: string
  /** The uuid of this installation. */
  readonly installation: () => Promise<string>
  readonly timeoutMs?: number
}

interface Entry {
  readonly place: number
  readonly json: string
}

/** Publishes through the sidecar in bulk, with the key of each entry, and answers for each entry by what Dapr says of it. */
export function createDaprEventPublisher(options: DaprEventPublisherOptions): EventPublisher {
  const {sidecar, pubsub, installation, timeoutMs = TIMEOUT_MS} = options
  return {
    async publish(events) {
      if (events.length === 0) return []
      const source = sourceOf(await installation())
      const results: PublishResult[] = events.map(() => ({ok: false, reason: 'not sent'}))
      const spans = events.map(publishingSpan)
      let away: SidecarAway | undefined
      let answers = 0
      await Promise.all(
        chunks(events, source, spans).map(async ({topic, entries}) => {
          try {
            const answer = await sidecar.call({
              method: 'POST',
              path: `/v1.0/publish/bulk/${encodeURIComponent(pubsub)}/${encodeURIComponent(topic)}`,
              headers: {'content-type': 'application/json'},
              body: `[${entries.map((entry) => entry.json).join(',')}]`,
              timeoutMs,
              repeatable: true,
            })
            answers++
            const judged = judge(answer, entries.length)
            entries.forEach((entry, index) => (results[entry.place] = judged[index]!))
          } catch (error) {
            if (!(error instanceof SidecarAway)) throw error
            away = error
            for (const entry of entries) results[entry.place] = {ok: false, reason: error.message}
          }
        }),
      )
      results.forEach((result, place) => spans[place]!.end(result.ok ? undefined : result.reason))
      if (away && answers === 0) throw away
      return results
    },
  }
}

const publishingSpan = ({topic, eventId, eventType, traceparent}: OutgoingEvent): OpenSpan =>
  openSpan(`publish ${eventType}`, {
    kind: 'producer',
    parent: traceparent,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.message.id': eventId,
    },
  })

/** Requests of one topic each, small enough; entryId is the place in the request. */
function chunks(
  events: readonly OutgoingEvent[],
  source: string,
  spans: readonly OpenSpan[],
): {topic: string; entries: Entry[]}[] {
  const made: {topic: string; entries: Entry[]}[] = []
  const open = new Map<string, {entries: Entry[]; bytes: number}>()
  events.forEach((outgoing, place) => {
    const {topic, key} = outgoing
    let chunk = open.get(topic)
    const cloudEvent = JSON.stringify(toCloudEvent(outgoing, source, spans[place]!.traceparent))
    const bytes = Buffer.byteLength(cloudEvent) + 200
    if (!chunk || chunk.entries.length === MAX_ENTRIES || chunk.bytes + bytes > MAX_REQUEST_BYTES) {
      chunk = {entries: [], bytes: 0}
      open.set(topic, chunk)
      made.push({topic, entries: chunk.entries})
    }
    // partitionKey belongs into each entry: one of the request would be copied over all of them.
    const rest = JSON.stringify({
      entryId: String(chunk.entries.length),
      contentType: CLOUD_EVENT_TYPE,
      metadata: {partitionKey: key},
    })
    chunk.entries.push({place, json: `${rest.slice(0, -1)},"event":${cloudEvent}}`})
    chunk.bytes += bytes
  })
  return made
}

/** What a bulk answer says of each entry: all are in, or those that are not named as failed, or none. */
function judge(answer: SidecarAnswer, entries: number): PublishResult[] {
  const all = (result: PublishResult): PublishResult[] => Array.from({length: entries}, () => result)
  const failed = failedEntries(answer)
  const ok = answer.status >= 200 && answer.status < 300
  if (failed === undefined || failed.size === 0) return all(ok ? {ok: true} : {ok: false, reason: failureOf(answer)})
  const known = [...failed.keys()].every((id) => /^\d+$/u.test(id) && Number(id) < entries)
  if (!known) return all({ok: false, reason: 'the sidecar named entries that were not sent'})
  return Array.from({length: entries}, (_, index) => {
    const reason = failed.get(String(index))
    return reason === undefined ? {ok: true} : {ok: false, reason}
  })
}

function failedEntries({body}: SidecarAnswer): Map<string, string> | undefined {
  const said = parseJson(body.toString()) as {failedEntries?: unknown} | undefined
  if (typeof said !== 'object' || said === null || !Array.isArray(said.failedEntries)) return undefined
  return new Map(
    said.failedEntries.map((entry: {entryId?: unknown; error?: unknown}) => [
      String(entry.entryId),
      typeof entry.error === 'string' ? entry.error : 'the bus gave no reason',
    ]),
  )
}
