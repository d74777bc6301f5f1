import {expect, test} from 'vitest'
import {createMemoryEventStream} from '../../../services/ports/testing/memory-event-stream.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {FakeKafka} from '../../testing/fake-kafka.ts'
import type {OutboxDesk} from '../outbox-desk.ts'
import {wantedTopics} from '../plan-topics.ts'
import {examineInside, type InsideSources} from './examine-inside.ts'
import {clusterCommands} from './next-commands.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const lease = {holder: 'a', until: new Date(NOW), holds: true, byHand: false, refusals: []}
const WAITING = {topic: 'task-events', events: 3, oldestSeconds: 700, newestId: 9}

class Place {
  readonly closed: string[] = []
  readonly kafka = new FakeKafka(wantedTopics('oke').slice(1))

  sources(waiting: readonly (typeof WAITING)[] = []): InsideSources {
    const stream = createMemoryEventStream()
    const look = async () => ({waiting, lease})
    return {
      area: 'oke',
      target: 'oke',
      now: NOW,
      commands: clusterCommands({target: 'oke', kubeContext: 'prod', namespace: 'shop', flags: ' --namespace shop'}),
      kafka: async () => this.kafka,
      stream: async () => ({...stream, close: async () => void this.closed.push('stream')}),
      outbox: async () => ({look, close: async () => void this.closed.push('outbox')}) as unknown as OutboxDesk,
      databaseUrl: 'postgres://database',
      databaseClock: async () => ({asked: NOW, database: NOW + 20, answered: NOW + 30}),
    }
  }
}

test('database, outbox and stream, with commands for the cluster; everything is closed again', async () => {
  const place = new Place()
  const checks = await examineInside(place.sources([WAITING]))
  expect(checks.map(({area, check, state}) => `${area} ${check} ${state}`)).toEqual([
    'oke database ok',
    'oke outbox problem',
    'oke kafka ok',
    'oke topics problem',
    'oke consumers problem',
    'oke dead_letters ok',
  ])
  const next = (name: string) => checks.find(({check}) => check === name)!.next
  expect(next('outbox')).toEqual([
    'todo5 outbox status --target oke --namespace shop        who publishes, and whether it is paused',
  ])
  expect(next('topics')).toContain('todo5 topic diff --target oke --namespace shop')
  expect(next('consumers')).toEqual(
    expect.arrayContaining([
      'kubectl --context prod --namespace shop logs deployment/audit-service --container audit-service',
      'todo5 deploy oke --namespace shop        starts what does not run',
      'todo5 consumer list --target oke --namespace shop',
    ]),
  )
  expect([place.kafka.closed, place.closed.toSorted()]).toEqual([1, ['outbox', 'stream']])
})

test('what does not answer is a problem of its own, and nothing stays open', async () => {
  const place = new Place()
  const gone = (what: string) => async (): Promise<never> => {
    throw new CliError(`${what} does not answer`, {code: 'gone', exit: EXIT.unreachable, hints: ['look']})
  }
  const checks = await examineInside({...place.sources(), outbox: gone('The database'), stream: gone('Kafka')})
  expect(checks.map(({check, state, found}) => [check, state, found])).toEqual([
    ['database', 'ok', 'the database is 5 ms ahead of its node (± 15 ms)'],
    ['outbox', 'problem', 'The database does not answer'],
    ['kafka', 'problem', 'Kafka does not answer'],
  ])
  expect(checks[2]!.next).toEqual(['kubectl --context prod --namespace shop get pods'])
  expect([place.kafka.closed, place.closed]).toEqual([1, []])
})
