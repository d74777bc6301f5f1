import {afterEach, expect, test} from 'vitest'
import {sourceOf} from '../../domain/events/cloud-event.ts'
import type {DeliveredEvent} from '../../ports/event-subscriptions.ts'
import {DaprEventSubscriptions} from './event-subscriptions.ts'
import {DaprLiveEvents} from './live-events.ts'
import {INSTALLATION, LIVE_PUBSUB, silent} from './testing/dapr-fixtures.ts'

const GENEROUS = {timeout: 90_000, interval: 5}

let live: DaprLiveEvents | undefined
afterEach(() => live?.close())

function follow(joinedWithin: readonly number[]) {
  const subscriptions = new DaprEventSubscriptions({
    pubsubOf: () => 'pubsub-kafka',
    installation: async () => INSTALLATION,
    logger: silent,
  })
  const opened = (live = new DaprLiveEvents({pubsub: LIVE_PUBSUB, subscriptions, joinedWithin}))
  const seen: (number | 'missed')[] = []
  opened.listen(['task-events', 'reminders'], {
    wanted: () => true,
    take: (events: readonly DeliveredEvent[]) => void seen.push(...events.map(({event}) => (event as {n: number}).n)),
    missed: () => void seen.push('missed'),
  })
  const deliver = async (topic: string, n: number, installation = INSTALLATION) => {
    const event = {specversion: '1.0', id: String(n), source: sourceOf(installation), data: {n}}
    return subscriptions.deliver(topic, {entries: [{entryId: String(n), event, metadata: {__key: 'k'}}]})
  }
  return {subscriptions, seen, deliver}
}

test('it subscribes through its own component, without dead letters, and what fails is not repeated', async () => {
  const {subscriptions, deliver, seen} = follow([60_000])
  expect(subscriptions.declaration()).toEqual(
    ['task-events', 'reminders'].map((topic) => ({
      pubsubname: LIVE_PUBSUB,
      topic,
      route: `/events/${topic}`,
      bulkSubscribe: expect.objectContaining({enabled: true}),
    })),
  )
  expect(await deliver('task-events', 1)).toEqual({statuses: [{entryId: '1', status: 'SUCCESS'}]})
  const foreign = '11111111-1111-4111-8111-111111111111'
  expect(await deliver('task-events', 2, foreign)).toEqual({statuses: [{entryId: '2', status: 'SUCCESS'}]})
  expect(await deliver('task-events', 3)).toEqual({statuses: [{entryId: '3', status: 'SUCCESS'}]})
  expect(seen).toEqual([1, 'missed', 3])
})

test('each time a sidecar asks what to subscribe, the first event of a topic says that others may be missing', async () => {
  const {subscriptions, deliver, seen} = follow([60_000])
  subscriptions.declaration()
  await deliver('task-events', 1)
  await deliver('task-events', 2)
  await deliver('reminders', 3)
  // It was killed, and another one is there, with a group of its own.
  subscriptions.declaration()
  await deliver('task-events', 4)
  await deliver('task-events', 5)
  expect(seen).toEqual([1, 'missed', 2, 3, 'missed', 4, 'missed', 5])
})

test('where no event comes, some time after the question says it', async () => {
  const {subscriptions, seen} = follow([1, 20])
  subscriptions.declaration()
  await expect.poll(() => seen, GENEROUS).toEqual(['missed', 'missed'])
})
