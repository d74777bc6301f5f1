import {join} from 'node:path'
import {execa} from 'execa'
import {expect, test, vi} from 'vitest'
import {packagePath} from '../package-root.ts'

// Processes of Node that load a whole service each.
vi.setConfig({testTimeout: 300_000})

const run = async (script: string, ...words: string[]) =>
  await execa(process.execPath, [packagePath(...script.split('/')), ...words], {
    reject: false,
    all: true,
    extendEnv: false,
    env: {PATH: join(process.execPath, '..')},
  })

test('each name starts its service, which says what it lacks, and nothing else does', async () => {
  const needs = {
    'task-service': 'DATABASE_URL',
    'recurring-task-service': 'DATABASE_URL',
    'notification-service': 'SMTP_URL',
    'audit-service': 'DATABASE_URL',
    'chat-api': 'BETTER_AUTH_SECRET',
    mailbox: 'MAILBOX_DIR',
    migrate: 'DATABASE_URL',
    'operator-key': 'BETTER_AUTH_SECRET',
    all: 'PUBLIC_URL',
  }
  for (const [name, variable] of Object.entries(needs)) {
    const {exitCode, all} = await run('services/main.ts', name)
    expect([name, exitCode, all.includes(`${variable} is not set.`)]).toEqual([name, 2, true])
  }
  const {exitCode, all} = await run('services/main.ts', 'constructor')
  expect([exitCode, all]).toEqual([2, expect.stringContaining(Object.keys(needs).slice(0, 5).join(', '))])
})

test('the entry of the image names what it can run, and takes arguments for the command line alone', async () => {
  for (const words of [[], ['--help']]) {
    const {exitCode, all} = await run('bin/container.js', ...words)
    expect([exitCode, all]).toEqual([2, expect.stringContaining('Name what to run: all, task-service,')])
  }
  const more = await run('bin/container.js', 'chat-api', '--port')
  expect([more.exitCode, more.all]).toEqual([2, 'chat-api takes no arguments; it is configured by its environment.'])
  const version = await run('bin/container.js', 'cli', '--version')
  expect([version.exitCode, version.all]).toEqual([0, expect.stringMatching(/^todo5 \d/u)])
})
