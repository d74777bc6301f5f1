import {readFileSync, readdirSync} from 'node:fs'

/** Linux counts CPU time in these. */
const TICK_MS = 10

/** CPU time that a process has had, in user and system mode, ms; 0 when it is gone. Linux only. */
export function cpuOf(pid: number): number {
  const stat = statOf(pid)
  return stat === undefined ? 0 : (stat.userTicks + stat.systemTicks) * TICK_MS
}

/** CPU time of a process and of those that it has begun, ended ones too, ms. */
export function cpuOfFamily(pid: number): number {
  const stat = statOf(pid)
  if (stat === undefined) return 0
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .filter((name) => statOf(Number(name))?.parent === pid)
    .reduce((sum, name) => sum + cpuOf(Number(name)), 0)
  return (stat.userTicks + stat.systemTicks + stat.endedChildrenTicks) * TICK_MS + children
}

/** CPU time of what this process has begun and what has ended since, ms. */
export const cpuOfEndedChildren = (): number => statOf(process.pid)!.endedChildrenTicks * TICK_MS

function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, userTicks, systemTicks, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((at) => Number(fields[at]))
    return {
      parent: parent!,
      userTicks: userTicks!,
      systemTicks: systemTicks!,
      endedChildrenTicks: endedUser! + endedSystem!,
    }
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
