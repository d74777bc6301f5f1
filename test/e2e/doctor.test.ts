import {chmod, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Diagnosis} from '../../cli/operations/doctor/doctor.ts'
import {LocalTarget} from '../support/local-target.ts'

let target: LocalTarget
beforeAll(async () => {
  target = await LocalTarget.create()
  await target.up()
}, 300_000)
afterAll(async () => await target.dispose())

async function diagnose(): Promise<{code: number | null; of: (area: string) => Record<string, string>; text: string}> {
  const {code, stdout} = await target.todo5('doctor', '--json')
  const {checks} = JSON.parse(stdout) as Diagnosis
  const of = (area: string) =>
    Object.fromEntries(checks.filter((check) => check.area === area).map(({check, state}) => [check, state]))
  return {code, of, text: stdout}
}

const WELL = {processes: 'ok', services: 'ok', database: 'ok', outbox: 'ok', dead_letters: 'ok'}
/** On a busy machine a part may not answer in time; doctor is right to say so. */
async function untilWell(): Promise<Awaited<ReturnType<typeof diagnose>>> {
  let last: Awaited<ReturnType<typeof diagnose>> | undefined
  const look = async () => {
    last = await diagnose()
    return last.of('local')
  }
  await expect.poll(look, {timeout: 180_000, interval: 500}).toEqual(WELL)
  return last!
}

test('what runs locally is well; what a killed todo5 leaves is found, and gone after the next start', async () => {
  const first = await untilWell()
  expect(first.of('host')).toEqual({})
  expect(first.of('machine')).toMatchObject({port: 'ok', leftovers: 'ok'})

  process.kill((await target.state()).pid, 'SIGKILL')
  const left = await diagnose()
  expect(left.code).toBe(4)
  expect(left.of('machine')).toMatchObject({leftovers: 'problem'})
  expect(left.of('local')).toEqual({processes: 'problem'})
  expect(left.text).toContain('local: postgresql')

  await target.up()
  const again = await untilWell()
  expect(again.of('machine')).toMatchObject({leftovers: 'ok'})
}, 600_000)

test('--fix closes what others could read, and clears away what is left of a killed one', async () => {
  await target.up()
  const credentials = join(target.stateDir, 'credentials.json')
  await chmod(credentials, 0o644)
  const {pid, postgres} = await target.state()
  for (const one of [pid, postgres!.pid!]) process.kill(one, 'SIGKILL')
  await expect.poll(async () => await target.root.processes(), {timeout: 90_000}).toEqual([])
  // Half of a file that the killed one was at.
  const partial = `${join(target.stateDir, 'local.json')}.${pid}-0a1b2c3d`
  await writeFile(partial, '{')
  expect((await diagnose()).of('machine')).toMatchObject({secrets: 'problem', stale: 'warning', leftovers: 'ok'})

  const rehearsed = await target.todo5('doctor', '--fix', '--dry-run', '--json')
  const {fixed: would} = JSON.parse(rehearsed.stdout) as {fixed: string[]}
  expect(would).toEqual([
    `chmod 0600 ${credentials} (is 0644)`,
    `remove ${partial}`,
    'clear away what a killed local has left: todo5 down local',
  ])
  expect((await stat(credentials)).mode & 0o777).toBe(0o644)

  const mended = await target.todo5('doctor', '--fix', '--json')
  const {fixed, checks} = JSON.parse(mended.stdout) as Diagnosis & {fixed: string[]}
  expect(fixed).toHaveLength(3)
  expect((await stat(credentials)).mode & 0o777).toBe(0o600)
  const machine = Object.fromEntries(checks.map(({check, state}) => [check, state]))
  expect(machine).toMatchObject({secrets: 'ok', stale: 'ok', leftovers: 'ok'})
  expect(await target.remains()).toEqual([])
}, 600_000)
