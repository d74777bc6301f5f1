import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {appendFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {text} from 'node:stream/consumers'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
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

test.each([[['logs', '--lines', '2000']], [['logs', '--follow']]])('todo5 %j | head -1', async (line) => {
  const home = await mkdtemp(join(tmpdir(), 'todo5-logs-'))
  onTestFinished(async () => await rm(home, {recursive: true, force: true}))
  await mkdir(join(home, 'state', 'logs'), {recursive: true})
  const log = join(home, 'state', 'logs', 'todo5.log')
  const entry = JSON.stringify({
    timestamp: '2026-11-20T09:00:00.000Z',
    level: 'INFO',
    service: 'task-service',
    message: 'a line '.repeat(30),
  })
  await writeFile(log, `${entry}\n`.repeat(2000))
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'dev.js'), ...line], {
    env: {PATH: process.env['PATH'], TODO5_HOME: home, TZ: 'Europe/Berlin'},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stderr, ended] = [text(child.stderr), once(child, 'exit')]
  await once(child.stdout, 'data')
  child.stdout.destroy()
  // Nobody is told that a pipe is closed before something is written to it.
  const writing = setInterval(() => void appendFile(log, `${entry}\n`), 50)
  onTestFinished(() => clearInterval(writing))
  expect([await ended, await stderr]).toEqual([[0, null], ''])
  clearInterval(writing)
})
