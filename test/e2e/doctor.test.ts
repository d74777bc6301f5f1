import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Diagnosis} from '../../cli/operations/doctor/doctor.ts'
import {LocalTarget} from '../support/local-target.ts'

let target: LocalTarget
beforeAll(async () => {
  target = await LocalTarget.create()
  await target.up()
}, 180_000)
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
  expect(left.code).toBe(5)
  expect(left.of('machine')).toMatchObject({leftovers: 'problem'})
  expect(left.of('local')).toEqual({processes: 'problem'})
  expect(left.text).toContain('local: postgresql')

  await target.up()
  const again = await untilWell()
  expect(again.of('machine')).toMatchObject({leftovers: 'ok'})
}, 600_000)
