import {spawn} from 'node:child_process'
import {chmod, mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestProject} from 'vitest/node'
import type {StackPrograms} from '../../../cli/toolchain/stack-programs.ts'
import {programsOfTheStack} from './programs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    stackPrograms: StackPrograms
    /** Everything of the run works below this folder; at its end, whatever still does is killed. */
    stackRoot: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('stackPrograms', await programsOfTheStack())
  const root = await mkdtemp(join(tmpdir(), 'todo5-stack-'))
  // PostgreSQL may run under another account.
  await chmod(root, 0o711)
  project.provide('stackRoot', root)
  const reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), root], {
    cwd: '/',
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  })
  const ended = new Promise<void>((resolve, reject) => {
    reaper.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cleaning up ended with ${code}`))))
    reaper.once('error', reject)
  })
  ended.catch(() => undefined)
  return async () => {
    reaper.stdin.end()
    await ended
  }
}
