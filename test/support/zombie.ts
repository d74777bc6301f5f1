import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {expect} from 'vitest'

/** A process that has ended and whose parent never asks for its end, as Linux shows it; `end` lets go of both. */
export async function startZombie(): Promise<{readonly pid: number; readonly end: () => Promise<void>}> {
  // The shell becomes a program that asks for the end of nothing. Only then its child ends: a shell would ask.
  const child = `sh -c 'until grep -q sleep /proc/$PPID/comm; do sleep 0.05; done'`
  const parent = spawn('sh', ['-c', `${child} & echo $!; exec sleep 600`], {stdio: ['ignore', 'pipe', 'ignore']})
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /u)
  const end = async (): Promise<void> => {
    parent.kill()
    await once(parent, 'exit')
  }
  return {pid, end}
}
