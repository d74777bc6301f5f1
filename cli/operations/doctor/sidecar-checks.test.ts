import {describe, expect, test} from 'vitest'
import type {LoadedResources, SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import {checkComponents} from './components.ts'
import {checkScheduler} from './scheduler.ts'
import {checkSubscriptions} from './subscriptions.ts'

describe('sidecars', () => {
  const KAFKA = {name: 'pubsub-kafka', type: 'pubsub.kafka', version: 'v1'}
  const READERS = {'audit-service': ['task-events', 'reminders'], 'notification-service': ['reminders']}
  const subscription = (topic: string, deadLetterTopic: string | null = `${topic}-dlq`) => ({
    component: 'pubsub-kafka',
    topic,
    deadLetterTopic,
  })
  const sidecar = (app: string, loaded?: Partial<LoadedResources>): SidecarFacts => ({
    app,
    expected: {components: [KAFKA], policies: ['todo5']},
    loaded: loaded && {
      components: [KAFKA],
      policies: ['todo5'],
      subscriptions: (READERS[app as keyof typeof READERS] ?? []).map((topic) => subscription(topic)),
      features: [],
      schedulers: ['127.0.0.1:50006'],
      ...loaded,
    },
  })

  test('components as they were rendered', () => {
    expect(checkComponents([sidecar('audit-service', {}), sidecar('chat-api', {})])).toMatchObject({
      state: 'ok',
      found: '2 components in 2 sidecars, as rendered',
    })
  })

  test.each([
    ['none', {components: []}, 'pubsub-kafka is not loaded'],
    [
      'another version',
      {components: [{...KAFKA, version: 'v2'}]},
      'pubsub-kafka is pubsub.kafka v2, should be pubsub.kafka v1',
    ],
    ['one more', {components: [KAFKA, {...KAFKA, name: 'old'}]}, 'old is loaded, and was not rendered'],
    ['no policies', {policies: []}, 'the policies of todo5 are not loaded'],
    ['reloading', {features: ['HotReload']}, 'HotReload is on: a changed file changes it while it runs'],
  ])('components: %s', (_name, loaded, fault) => {
    expect(checkComponents([sidecar('audit-service', loaded), sidecar('chat-api', {})])).toMatchObject({
      state: 'problem',
      found: 'not what was rendered in 1 sidecar',
      details: [`audit-service: ${fault}`],
    })
  })

  test('a sidecar that does not answer', () => {
    const silent = sidecar('notification-service')
    expect(checkComponents([silent]).details).toEqual(['notification-service: its sidecar does not answer'])
    expect(checkScheduler([silent])).toMatchObject({state: 'warning'})
    expect(checkSubscriptions([silent], READERS)).toMatchObject({state: 'ok', found: '0 subscriptions'})
  })

  test('subscriptions', () => {
    const all = [sidecar('audit-service', {}), sidecar('notification-service', {}), sidecar('chat-api', {})]
    expect(checkSubscriptions(all, READERS)).toMatchObject({state: 'ok', found: '3 subscriptions'})
    const subscriptions = [subscription('task-events', null)]
    expect(checkSubscriptions([sidecar('audit-service', {subscriptions})], READERS)).toMatchObject({
      state: 'problem',
      details: [
        'audit-service reads task-events without a place for what Dapr cannot decode',
        'audit-service does not read reminders',
      ],
    })
  })

  test('scheduler', () => {
    expect(checkScheduler([sidecar('notification-service', {})])).toMatchObject({
      state: 'ok',
      found: 'notification-service is connected to 127.0.0.1:50006',
    })
    expect(checkScheduler([sidecar('notification-service', {schedulers: []})]).state).toBe('problem')
    expect(checkScheduler([sidecar('chat-api', {})])).toMatchObject({state: 'warning'})
  })
})
