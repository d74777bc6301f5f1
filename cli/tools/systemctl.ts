import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {type ProgramResult, runProgram} from './run-program.ts'

export interface ServiceManager {
  /** Whether it runs on this machine, for this user. */
  isThere(): Promise<boolean>
  /** Takes a file up that was just written: from the next start on it is run. */
  enable(): Promise<void>
  /** Forgets the file, which is still there; what runs goes on. Does nothing where it does not know it. */
  disable(): Promise<void>
}

const LIMIT_MS = 20_000
/** Of `systemctl is-system-running`, for a manager that can be asked; else offline, unknown, or nothing. */
const ALIVE = ['running', 'degraded', 'starting', 'initializing', 'maintenance']

export type Run = (program: string, args: readonly string[]) => Promise<ProgramResult>
export const run: Run = async (program, args) => await runProgram(program, args, {timeoutMs: LIMIT_MS})

/** systemd, of the user or of the system. */
export function systemctl(unit: string, scope: 'user' | 'system', runs: Run = run): ServiceManager {
  const place = scope === 'user' ? ['--user'] : []
  const call = async (...args: string[]): Promise<void> => {
    assertDone('systemctl', args, await runs('systemctl', [...place, ...args]))
  }
  return {
    isThere: async () => {
      const {stdout, missing} = await runs('systemctl', [...place, 'is-system-running'])
      return !missing && ALIVE.includes(stdout.trim())
    },
    enable: async () => {
      await call('daemon-reload')
      await call('enable', unit)
    },
    disable: async () => await call('disable', unit),
  }
}

/** Whether units of a user run before that user logs in; null where nobody says. */
export async function lingers(user: string, runs: Run = run): Promise<boolean | null> {
  const {stdout, exitCode} = await runs('loginctl', ['show-user', user, '--property=Linger', '--value'])
  if (exitCode !== 0) return null
  return stdout.trim() === 'yes'
}

export function assertDone(program: string, args: readonly string[], result: ProgramResult): void {
  if (result.exitCode === 0) return
  const said = result.stderr.trim().split('\n').at(-1) || `ended with ${result.exitCode ?? 'a signal'}`
  throw new CliError(`${program} ${args.join(' ')}: ${said}`, {
    code: 'service_manager_failed',
    exit: EXIT.outsideProgram,
    hints: ['todo5 doctor'],
  })
}
