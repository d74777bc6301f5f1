import {dirname} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Top} from '../../cli/operations/top/look.ts'
import {PtyProgram} from '../../cli/testing/pty.ts'
import {LocalTarget} from '../support/local-target.ts'

const SERVICES = ['task-service', 'recurring-task-service', 'notification-service', 'audit-service', 'chat-api']
/** A look that the test waits for must be asked for: none comes by itself. */
const NEVER = ['--interval', '3600']

let target: LocalTarget
beforeAll(async () => {
  target = await LocalTarget.create()
})
afterAll(async () => await target.dispose())

/** `top` on a terminal, when it has shown its first look; a service that was too busy to answer in time is away in it. */
async function onTerminal(): Promise<PtyProgram> {
  const program = new PtyProgram(['top', ...NEVER], {env: {TODO5_HOME: dirname(target.stateDir)}})
  await program.shows(/^chat-api +(?:ok|away)/mu)
  return program
}

const isWell = ({services, outbox}: Top): boolean => outbox !== null && services.every(({state}) => state === 'ok')

test('where nothing runs it says so, and how to start it', async () => {
  const {code, stdout, stderr} = await target.todo5('top')
  expect([code, stdout]).toEqual([6, ''])
  expect(stderr).toContain('local does not run.')
  expect(stderr).toContain('todo5 up')
})

test('in a pipe it looks once; with --json it is an object, with --watch one after the other until Ctrl-C', async () => {
  await target.up()
  const once = await target.todo5('top')
  expect([once.code, once.stderr]).toEqual([0, ''])
  expect(once.stdout).toMatch(/^local {2}todo5 /u)
  for (const service of SERVICES) expect(once.stdout).toMatch(new RegExp(`^${service} +(?:ok|away) `, 'mu'))

  const {child, ended} = target.start(['top', '--json', '--watch', '--interval', '1'])
  let printed = ''
  const looks = (): Top[] =>
    printed
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Top)
  child.stdout!.on('data', (text: string) => {
    printed += text
    // The number of looks and what they show, not their time.
    if (looks().length >= 2 && isWell(looks().at(-1)!)) process.kill(-child.pid!, 'SIGINT')
  })
  const {code, stderr} = await ended
  expect([code, stderr]).toEqual([0, ''])
  const last = looks().at(-1)!
  expect(last.services.map(({service, state}) => [service, state])).toEqual(SERVICES.map((service) => [service, 'ok']))
  expect(last.outbox).toMatchObject({pending: expect.any(Number)})
  expect(last.memory_bytes).toBeGreaterThan(1_000_000)
})

test('on a terminal the space bar looks at once, and q leaves the terminal as it was', async () => {
  const program = await onTerminal()
  expect(program.screen.split('\n').length).toBeLessThanOrEqual(24)
  expect(program.screen).toContain('Ctrl-C')
  const looks = (): number => program.raw.split('task-service ').length
  const before = looks()
  program.type(' ')
  await expect.poll(looks).toBeGreaterThan(before)
  program.type('q')
  expect(await program.ended).toBe(0)
  expect(program.isClean).toBe(true)
})

test('Ctrl-C ends it as q does, the look that is under way, too', async () => {
  const program = await onTerminal()
  program.type(' \u0003')
  expect(await program.ended).toBe(0)
  expect(program.isClean).toBe(true)
})
