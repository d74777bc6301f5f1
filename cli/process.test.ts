import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {ROOT} from './testing/run-cli.ts'

/** From the sources, in a process of its own. */
function start(...line: string[]) {
  // Without npm's variables, by which hints become `npx todo5`.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
  const env = {...Object.fromEntries(inherited), TODO5_HOME: '/nonexistent', TZ: 'Europe/Berlin', FORCE_COLOR: ''}
  return spawn(process.execPath, [join(ROOT, 'bin', 'dev.js'), ...line], {env, stdio: ['pipe', 'pipe', 'pipe']})
}

test('the process ends with the exit code of the command', async () => {
  const child = start('task', 'list')
  child.stdin.end()
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([code, stderr]).toEqual([
    6,
    'Error: todo5 does not run here.  [not_running, exit 6]\nTry:   todo5 up        starts everything on this machine\n',
  ])
})

test('a reader that goes away is no error', async () => {
  const child = start('recurrence', 'preview', 'every minute', '--count', '10000')
  child.stdin.end()
  child.stdout.once('data', () => child.stdout.destroy())
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([code, stderr]).toEqual([0, ''])
})

test('what is piped in stays unread: it belongs to whoever comes next', async () => {
  const child = start('recurrence', 'preview', '--count', '1')
  const ended = once(child, 'exit') // stdin stays open all the time
  const stderr = await text(child.stderr)
  const [code] = await ended
  expect([code, stderr]).toEqual([2, expect.stringContaining('RULE is missing')])
})

test('the committed manifest lists the commands as they are; else: npm run generate', async () => {
  const script = `import {manifestText} from ${JSON.stringify(join(ROOT, 'bin', 'generate-manifest.js'))}
    process.stdout.write(await manifestText())`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  expect(await text(child.stdout)).toBe(await readFile(join(ROOT, 'oclif.manifest.json'), 'utf8'))
})
