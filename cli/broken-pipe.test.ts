import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {text} from 'node:stream/consumers'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {ROOT} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi(
  ...Array.from({length: 400}, (_, number) => ({title: `Task ${number} ${'with a long title '.repeat(20)}`})),
)

test.each([
  ['task', 'list', '--limit', '400'],
  ['task', 'list', '--limit', '400', '--json'],
  ['audit', '--limit', '400'],
  ['recurrence', 'preview', 'every minute', '--count', '9000'],
  ['help'],
])('%s %s: a reader that closes the pipe early is no error', async (...line) => {
  const env = {
    PATH: process.env['PATH'],
    TODO5_HOME: '/nonexistent',
    TZ: 'Europe/Berlin',
    TODO5_API_URL: user.api.url,
    TODO5_API_KEY: user.api.key,
  }
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'dev.js'), ...line], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stderr = text(child.stderr)
  child.stdout.once('data', () => child.stdout.destroy())
  expect([await once(child, 'exit'), await stderr]).toEqual([[0, null], ''])
})
