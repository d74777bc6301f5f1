import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {isRunning} from './running-process.ts'

test('a process runs until it has ended', async () => {
  const sleeper = spawn('sleep', ['600'], {stdio: 'ignore'})
  expect(isRunning(sleeper.pid!)).toBe(true)
  sleeper.kill()
  await once(sleeper, 'exit')
  expect(isRunning(sleeper.pid!)).toBe(false)
})

test.runIf(process.platform === 'linux')('one whose parent never asks for its end does not run', async () => {
  // The shell begins a process that ends, and becomes a program that asks for the end of nothing.
  const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 600'], {stdio: ['ignore', 'pipe', 'ignore']})
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const child = Number(line.toString())
  await expect.poll(() => readFileSync(`/proc/${child}/stat`, 'utf8')).toMatch(/\) Z /u)
  expect(process.kill(child, 0)).toBe(true)
  expect(isRunning(child)).toBe(false)
  parent.kill()
  await once(parent, 'exit')
})
