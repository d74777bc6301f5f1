import {randomUUID} from 'node:crypto'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test, vi} from 'vitest'
import {runCli, transcript} from '../../cli/testing/run-cli.ts'
import {createEmbeddedEventStream} from '../../services/adapters/embedded/event-stream.ts'
import {openDatabase} from '../../services/database/database.ts'
import {createDatabase} from '../support/postgres.ts'
import {serviceUrl} from '../support/template.ts'

test('the events of the local target, which are in its database', async () => {
  vi.stubEnv('KAFKA_BROKERS', undefined)
  const {url} = await createDatabase()
  const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 1, applicationName: 'events'})
  const stream = createEmbeddedEventStream({database})
  const home = await mkdtemp(join(tmpdir(), 'todo5-events-'))
  const now = Date.now()
  const tail = async (...line: string[]) => await runCli(['event', 'tail', ...line], {home, now})
  try {
    await mkdir(join(home, 'state'), {recursive: true})
    const running = async (databaseUrl: string) =>
      await writeFile(join(home, 'state', 'local.json'), JSON.stringify({api_url: null, database_url: databaseUrl}))
    await running(url)
    expect(transcript(await tail())).toBe('| There are no such events.\n(exit 0)')
    const [anna, ben] = [randomUUID(), randomUUID()]
    const published = [1, 2, 3].map((taskId) => {
      const user = taskId === 2 ? ben : anna
      const event = {event_id: randomUUID(), event_type: 'task.created', user_id: user, task_id: taskId, payload: {}}
      return {topic: 'task-events', key: user, eventId: event.event_id, eventType: event.event_type, event}
    })
    await stream.publish(published.map((entry) => ({...entry, traceparent: null, source: null})))
    const tasks = async (...line: string[]): Promise<number[]> => {
      const {code, stdout, stderr} = await tail(...line, '--json')
      expect([code, stderr]).toEqual([0, ''])
      const {events} = JSON.parse(stdout) as {events: {event: {task_id: number}}[]}
      return events.map(({event}) => event.task_id).toSorted((a, b) => a - b)
    }
    expect(await tasks()).toEqual([1, 2, 3])
    expect(await tasks('--user', anna, '--since', '1h')).toEqual([1, 3])
    expect(await tasks('--task', '2', '--target', 'local')).toEqual([2])
    await running('postgres://nobody@127.0.0.1:1/none')
    expect(transcript(await tail())).toContain('[database_unreachable, exit 6]')
  } finally {
    await stream.close()
    await rm(home, {recursive: true})
    vi.unstubAllEnvs()
  }
})
