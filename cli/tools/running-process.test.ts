import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {expect, test} from 'vitest'
import {startZombie} from '../../test/support/zombie.ts'
import {isRunning} from './running-process.ts'

test('a process runs until it has ended', async () => {
  const sleeper = spawn('sleep', ['600'], {stdio: 'ignore'})
  expect(isRunning(sleeper.pid!)).toBe(true)
  sleeper.kill()
  await once(sleeper, 'exit')
  expect(isRunning(sleeper.pid!)).toBe(false)
})

test.runIf(process.platform === 'linux')('one whose parent never asks for its end does not run', async () => {
  const {pid, end} = await startZombie()
  expect(process.kill(pid, 0)).toBe(true)
  expect(isRunning(pid)).toBe(false)
  await end()
})
