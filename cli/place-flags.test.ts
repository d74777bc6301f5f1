import {expect, test, vi} from 'vitest'
import {runCli, transcript} from './testing/run-cli.ts'

const shown = async (...line: string[]): Promise<string> => transcript(await runCli(line))

test('a command whose place stands behind it has no --context, and says how it is typed', async () => {
  expect(await shown('status', '-c', 'host')).toMatchInlineSnapshot(`
    "| Error: todo5 status has no --context: the place stands behind the command.
    |        [place_is_argument, exit 2]
    | Try:   todo5 status host
    |        todo5 status --help
    (exit 2)"
  `)
  expect(await shown('up', '--context=work', '--dry-run')).toContain('| Try:   run it on the machine of work')
  for (const command of ['up', 'down', 'status', 'doctor'])
    expect(await shown(command, '-clocal')).toContain(`[place_is_argument, exit 2]`)
})

test.each([
  'topic list',
  'topic show task-events',
  'topic diff',
  'topic apply --dry-run',
  'consumer list',
  'consumer show audit-service',
  'consumer reset audit-service --to-earliest --dry-run',
])('%s -c local: local has no Kafka', async (line) => {
  expect(await shown(...line.split(' '), '-c', 'local')).toBe(
    [
      '| Error: local has no Kafka, events are in PostgreSQL.  [no_kafka, exit 4]',
      '| Try:   todo5 up host',
      '(exit 4)',
    ].join('\n'),
  )
})

test.each(['dapr render', 'dapr lint', 'dapr versions', 'dapr apply --dry-run', 'dapr rollback --dry-run'])(
  '%s -c local: local has no Dapr',
  async (line) => {
    expect(await shown(...line.split(' '), '-c', 'local')).toContain('[no_dapr, exit 4]')
  },
)

test('of a command with --target the context says which', async () => {
  expect(await shown('dapr', 'render', '-c', 'host')).toContain('| Error: brokers is missing;')
  expect(await shown('event', 'tail', '-c', 'local')).toContain('| Error: local does not run.')
  expect(await shown('dlq', 'list', '-c', 'host')).toContain('| Error: host does not run.')
  expect(await shown('outbox', 'status', '-c', 'host')).toContain('| Error: host does not run.')
  expect(await shown('topic', 'list', '-c', 'local', '--target', 'host')).toContain('[contradiction, exit 2]')
  expect(await shown('topic', 'list', '-c', 'local', '--target', 'local')).toContain('[no_kafka, exit 4]')
})

test('a todo5 elsewhere has its bus there', async () => {
  vi.stubEnv('KAFKA_BROKERS', undefined)
  for (const line of ['topic list', 'consumer list', 'dlq list', 'event tail', 'outbox status', 'dapr render', 'logs'])
    expect(await shown(...line.split(' '), '-c', 'work')).toContain('[context_elsewhere, exit 4]')
  vi.unstubAllEnvs()
})

test('what stands behind -- is no flag', async () => {
  expect(await shown('status', '--', '-c')).not.toContain('place_is_argument')
})
