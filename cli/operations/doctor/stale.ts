import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {namesIn} from '../../names-in.ts'
import type {Paths} from '../../paths.ts'
import {isRunning} from '../../tools/running-process.ts'
import {count, ok, type Verdict, warning} from './check.ts'

/** A half-written file or folder of ours: its name ends with the process that was at it. */
const PARTIAL = /^(?:postgres\.init-|.+\.json\.)(\d+)(?:-[0-9a-f]{8})?$/u

/** What processes that are gone have begun and not finished. */
export async function stalePartials(paths: Pick<Paths, 'state' | 'data'>): Promise<string[]> {
  const found: string[] = []
  for (const folder of [paths.state, paths.data, join(paths.data, 'host'), join(paths.data, 'host', 'state')]) {
    for (const name of await namesIn(folder)) {
      const pid = PARTIAL.exec(name)?.[1]
      if (pid !== undefined && !isRunning(Number(pid))) found.push(join(folder, name))
    }
  }
  return found
}

/** `states`: targets whose state file tells of a process that is gone. */
export function checkStale(states: readonly string[], partials: readonly string[]): Verdict {
  const details = [...states.map((target) => `${target} says that it runs, and does not`), ...partials]
  if (details.length === 0) return ok('nothing was left')
  return warning(`${count(details.length, 'thing')} left by a todo5 that was killed`, {
    details,
    next: ['todo5 doctor --fix        removes them; the next up would, too'],
  })
}

/** Answers with what it did, a line each. */
export async function removePartials(partials: readonly string[]): Promise<string[]> {
  for (const path of partials) await rm(path, {recursive: true, force: true})
  return partials.map((path) => `removed ${path}`)
}
