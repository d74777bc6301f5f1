import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'

/** What a run of stack tests does first; it says the pid of a program that works in its folder. */
const RUN = `
const {spawn} = require('node:child_process')
const [reaper, folder] = process.argv.slice(1)
spawn(process.execPath, [reaper, folder], {cwd: '/', stdio: ['pipe', 'inherit', 'inherit'], detached: true})
const program = spawn('sleep', ['3600'], {cwd: folder, stdio: 'ignore', detached: true})
process.stdout.write(String(program.pid))
setInterval(() => undefined, 1000)
`

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

test('what a killed run has started is killed, and its folder removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-reaper-'))
  const run = spawn(process.execPath, ['-e', RUN, join(import.meta.dirname, 'reaper.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(run.stdout, 'data')) as [Buffer]
  const program = Number(said.toString())
  expect([lives(program), existsSync(folder)]).toEqual([true, true])
  run.kill('SIGKILL')
  await expect.poll(() => [lives(program), existsSync(folder)], {timeout: 60_000}).toEqual([false, false])
})
